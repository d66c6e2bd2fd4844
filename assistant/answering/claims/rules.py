from __future__ import annotations
import re
from assistant.answering.claims.claim import Claim, Unit, share_at
from assistant.answering.claims.items import Kind
from assistant.answering.claims import polarity
from assistant.answering.claims.matching import likeness
from assistant.index.rarity import is_unknown
from assistant.wording import texts

OWN=6
PIECE=.3
def group_of(claim):
    """pieces; a leading piece of items alone goes with the next"""
    g={}; first=min((u.piece for u in claim.units),default=0)
    lead=all(u.item for u in claim.units if u.piece==first)
    nxt=min((u.piece for u in claim.units if u.piece>first),default=first)
    return lambda u: nxt if lead and u.piece==first else u.piece
def companions(claim, unit):
    g=group_of(claim)
    out=[u for u in claim.units if u is not unit and u.likeness and g(u)==g(unit)
         and not (unit.item and u.item and u.item.kind is Kind.NAME and unit.item.kind is Kind.NAME and abs(u.place-unit.place)==1)]
    return [(u,1) for u in out] if any(not u.item for u in out) else []

def number(c): return any(u.item and u.item.kind is Kind.NUMBER and not u.item.found for u in c.units)
def date(c): return any(u.item and u.item.kind is Kind.DATE and not u.item.found for u in c.units)
def name(c): return any(u.item and u.item.kind is Kind.NAME and not u.item.found for u in c.units)

def rival_gap(c,u):
    """How much better a sentence without the item holds what stands beside it."""
    if u.is_everywhere or not u.found: return 0,0
    near=companions(c,u)
    if not near: return 0,0
    n=c.passage.size
    own=max((share_at(c,near,s) for s in range(n) if c.at(u,s)>0),default=0)
    others=[s for s in range(n) if c.at(u,s)==0]
    best=max((share_at(c,near,s) for s in others),default=0)
    bs=max(others,key=lambda s:share_at(c,near,s)) if others else None
    hasr=bs is not None and any(c.passage.sentence_at(r)==bs for r in u.item.rivals)
    return best-own,hasr

def elsewhere(c):
    for u in c.units:
        if u.item:
            g,r=rival_gap(c,u)
            if not r and u.item.kind is Kind.NAME: continue
            if g>(.12 if r else .35): return True
    return False

def gaps(c,at,k):
    """distance between two characters of the passage in words, breaks counting more"""
    t=c.passage.whole.text; a,b=sorted((at,k)); z=t[a:b]
    return len(re.findall(r'\w+',z))+3*len(re.findall(r'[,;:()]|\bet\b',z))

def linked(c,f,u):
    z=c.passage.whole.folded
    return any(re.fullmatch(r"\d*[\d ,.%]*\s*(?:a|et|ou|-|/)\s*",z[min(f,x):max(f,x)]) for x,_,_ in u.found)

def crossed(c):
    if 'respectivement' in c.passage.whole.folded: return False
    for u in c.units:
        if not u.item or u.item.kind is Kind.NAME or u.is_everywhere or not u.found: continue
        near=[k for k in c.units if not k.item and k.piece==u.piece]
        near=([k for k in near if u.item.kind is Kind.NUMBER and 0<k.place-u.place<=4] or sorted(near,key=lambda k:abs(k.place-u.place)))[:1]
        for k in near:
            if abs(k.place-u.place)>3: continue
            if k.likeness<.9 or k.is_everywhere: continue
            ok=False; seen=False
            for p,s,l in k.found:
                if l<k.likeness: continue
                x=min((gaps(c,f,p) for f,s2,_ in u.found if s2==s),default=99)
                if any(s2==s and not any(min(f,p)<r<max(f,p) and not linked(c,r,u) for r in u.item.rivals) for f,s2,_ in u.found): ok=True
                r=min((gaps(c,f,p) for f in u.item.rivals if c.passage.sentence_at(f)==s and not linked(c,f,u)),default=99)
                if r==99: 
                    if x<99: ok=True
                    continue
                if x<=r+1: ok=True
                seen=True
            if seen and not ok: return True
    return False

def piece_at(c,pos):
    return next((t.piece for t in c.passage.whole.tokens if t.end>pos),0)

def joined(c,r,u):
    z=c.passage.whole.folded
    return any(re.fullmatch(r"[\w-]+(?: [\w-]+)?\s*(?:et|ou|,)\s*(?:[ld][aeu]?s?\W?\s?)?",z[min(r,x):max(r,x)]) for x,_,_ in u.found)

def crossed_names(c):
    src=c.passage.whole.tokens
    opens={}
    for t in src: opens.setdefault(t.piece,t)
    for u in c.units:
        if not u.item or u.item.kind is not Kind.NAME or u.is_everywhere or not u.found: continue
        if not u.token.surface.isalpha() or not all(any(t.start==f and t.is_capital for t in src) for f,_,_ in u.found): continue
        near=[k for k in c.units if not k.item and k.piece==u.piece and k.likeness>=.9 and not k.is_everywhere]
        near=sorted(near,key=lambda k:abs(k.place-u.place))[:1]
        mine={piece_at(c,f) for f,_,_ in u.found}
        riv={piece_at(c,r) for r in u.item.rivals if not joined(c,r,u) and next(t for t in src if t.start==r).surface.isalpha() and is_unknown(next(t for t in src if t.start==r).stem)}
        for k in near:
            if any(o.item and o.item.kind is Kind.NAME and abs(o.place-k.place)<abs(u.place-k.place) and not (min(u.place,k.place)<o.place<max(u.place,k.place) and all(z.item for z in c.units if min(u.place,o.place)<z.place<max(u.place,o.place))) for o in c.units): continue
            ss={s for _,s,_ in u.found}
            if any(l>=k.likeness and s not in ss for p,s,l in k.found): continue
            ks=[piece_at(c,p) for p,s,l in k.found if l>=k.likeness]
            def bad(q):
                if mine&{q,q-1,q-2} or min(abs(q-m) for m in mine)>6: return False
                if q+1 in mine and not (opens[q+1].surface in OPEN): return False
                return bool(riv&{q,q-1,q-2})
            if ks and all(map(bad,ks)): return True
    return False
OPEN=set(texts("claims")["light"]["openers"].split())

def best_sentence(c,units):
    n=c.passage.size
    return max(range(n),key=lambda s:sum(u.weight*max(u.at(s),.3*u.at(s-1)) for u in units))

def pieces(c):
    """claim units by groups of pieces heavy enough"""
    out=[];cur=[]
    ps=sorted({u.piece for u in c.units})
    for p in ps:
        cur+= [u for u in c.units if u.piece==p]
        if sum(u.weight for u in cur)>=14: out.append(cur);cur=[]
    if cur:
        if out: out[-1]=out[-1]+cur
        else: out=[cur]
    return out

def sent_tokens(c,s,spread=0):
    return [t for t in c.passage.whole.tokens if s-spread<=c.passage.sentence_at(t.start)<=s+spread]

def alike(a,b): return likeness(a.surface,a.stem,b.surface,b.stem)

def negation(c):
    for us in pieces(c):
        s=best_sentence(c,us); toks=sent_tokens(c,s)
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t for t in c.said.tokens if lo<=t.piece<=hi]
        for u in us:
            if u.item: continue
            same=[t for t in toks if t.says and alike(u.token,t)>=.9] or [t for t in c.passage.whole.content if alike(u.token,t)>=.9] or [t for t in toks if t.says and alike(u.token,t)>=.7]
            if not same or any(t.is_denied==u.token.is_denied for t in same): continue
            mates=[t for t in mine if t.says and t.stem==u.token.stem]
            if len({t.is_denied for t in mates})>1: continue
            side=toks if u.token.is_denied else mine
            other=mine if u.token.is_denied else c.passage.whole.content
            cue=[t.surface for t in side if not any(o.says and alike(t,o)>=.7 for o in other)]
            if not polarity.denies(cue) and not polarity.bounds(cue): return True
    return False

def unmatched_negation(c):
    for us in pieces(c):
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t.surface for t in c.said.tokens if lo<=t.piece<=hi]
        if not ({'ne','n','sans','aucun','aucune'}&set(mine)): continue
        if {'ne','n'}&set(mine) and 'que' in mine and not {'pas','plus','jamais'}&set(mine): continue
        s=best_sentence(c,us)
        cue=[t.surface for t in sent_tokens(c,s,1)]
        if not polarity.denies(cue) and not polarity.bounds(cue): return True
    return False

def lacking(c):
    for u in c.units:
        if not u.item and polarity.is_lacking(u.token.surface) and u.likeness<.9:
            best=max(range(c.passage.size),key=lambda s:sum(x.weight*x.at(s) for x in c.units))
            cue=[t.surface for t in sent_tokens(c,best,1)]
            if not polarity.denies(cue) and not polarity.bounds(cue): return True
    return False

def opposite(c):
    for us in pieces(c):
        s=best_sentence(c,us); toks=sent_tokens(c,s)
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t for t in c.said.tokens if lo<=t.piece<=hi]
        mine=[t for t in mine if not t.is_item]; toks=[t for t in toks if not t.is_item]
        raw=polarity.sides((t.surface,False) for t in mine); my=polarity.sides((t.surface,t.is_denied) for t in mine)
        whole=polarity.sides((t.surface,False) for t in c.said.tokens)
        src=polarity.sides((t.surface,False) for t in toks); so=polarity.sides((t.surface,t.is_denied) for t in toks)
        for k in raw:
            if k in src and len(whole[k])==1 and raw[k].isdisjoint(src[k]) and my[k].isdisjoint(so[k]): return True
    return False

MUST=set("doit doivent devez devra devront doive devait devaient faut oblige obligee tenu tenue tenus".split())
MAY=set("peut peuvent pouvez pourra pourront possible possibilite peux pouvait pouvaient".split())
def modal_of(tokens,t):
    before=[o for o in tokens if t.place-5<=o.place<t.place and o.piece==t.piece]
    for o in reversed(before):
        if o.surface in MUST: return 'must'
        if o.surface in MAY: return 'may'
    return ''
def modality(c):
    for t in c.said.content:
        m=modal_of(c.said.tokens,t)
        if not m or t.place and c.said.tokens[t.place-1].surface not in MUST|MAY|{'etre','pas','d','de','a','le','la','les','en','y'}: continue
        same=[o for o in c.passage.whole.content if alike(t,o)>=.7]
        ms={modal_of(c.passage.whole.tokens,o) for o in same}
        if same and m not in ms and '' not in ms: return True
    return False

def qualifier(c):
    ts=c.said.tokens
    mine={t.surface for i,t in enumerate(ts) if not (i and ts[i-1].surface in('non','pas'))}
    for row in texts("claims")["light"]["qualifiers"]:
        l,r=(set(x.split()) for x in row.split('|'))
        if l&mine and not ((l|r)&(c.passage.whole.surfaces|c.passage.about.surfaces)):
            return True
    return False

JOIN={'sur','contre','vers','que','a','avant','apres','devant','derriere','plutot'}
def reversal(c):
    src=c.passage.whole.tokens
    starts={t.start:t.place for t in src}
    def order(a,b,p):
        for x,s1,l1 in a.found:
            for y,s2,l2 in b.found:
                if s1!=s2 or l1<.7 or l2<.7: continue
                i=next(t.place for t in src if t.end>x); j=next(t.place for t in src if t.end>y)
                if 0<j-i<=7 and any(t.surface==p for t in src[i+1:j]) : return True
        return False
    us=c.units
    for a,b in zip(us,us[1:]):
        for t in c.said.tokens[a.place+1:b.place]:
            if t.surface=='a' and not(a.item and b.item and a.item.kind is b.item.kind is Kind.NUMBER): continue
            if t.surface in JOIN and b.place-a.place<=5:
                if order(b,a,t.surface) and not order(a,b,t.surface): return True
    return False

def agent(c):
    src=c.passage.whole.tokens
    for t in c.said.tokens:
        if t.surface!='par': continue
        after=[u for u in c.units if t.place<u.place<=t.place+3 and u.item and u.item.kind is Kind.NAME and not u.is_everywhere]
        before=[u for u in c.units if u.place<t.place and not u.item and t.place-u.place<=6]
        if not after or not before: continue
        n,v=after[0],before[-1]
        if not v.found: continue
        for x,_,_ in n.found:
            i=next(o.place for o in src if o.end>x)
            pars=[o for o in src[max(0,i-3):i] if o.surface=='par']
            if not pars: break
            w=[o for o in src[max(0,pars[-1].place-8):pars[-1].place] if o.says]
            if not w or any(alike(v.token,o)>=.5 for o in w[-2:]): break
        else:
            if n.found: return True
    return False

def other_agent(c):
    mine=c.said.surfaces
    if 'par' in mine: return False
    for u in c.units:
        if u.item or u.likeness<.9: continue
        if not any(n.item and n.item.kind is Kind.NAME and 0<u.place-n.place<=4 for n in c.units): continue
        if all(foreign_agent(c,x,mine) for x,_,l in u.found if l>=.9): return True
    return False
def foreign_agent(c,x,mine):
    src=c.passage.whole.tokens
    i=next(o.place for o in src if o.end>x)
    if not(i+1<len(src) and src[i+1].surface=='par'): return False
    ns=[o for o in src[i+2:i+6] if o.is_capital and o.says and is_unknown(o.stem)]
    return bool(ns) and not any(o.surface in mine for o in ns)

ROLES=set(texts("claims")["roles"]["words"].split())
PASSIVE=set(texts("claims")["roles"]["passive"].split())
def is_role(u):
    return u.token.surface in ROLES or (u.item is not None and u.item.kind is Kind.NAME and is_unknown(u.token.stem))
def passive(ts):
    return any(t.surface=='par' for t in ts) or any(t.surface in PASSIVE for t in ts)
def roles(c):
    """A does something to B, where the passage has B do it to A."""
    src=c.passage.whole.tokens
    us=c.units
    place={}
    for i,t in enumerate(src): place[t.start]=i
    for i,a in enumerate(us):
        if not is_role(a): continue
        for j in range(i+2,len(us)):
            b=us[j]
            if not is_role(b) or b.token.surface==a.token.surface: continue
            for v in us[i+1:j]:
                if v.item or is_role(v) or v.likeness<.9: continue
                fw=rv=False
                for x,s1,l1 in a.found:
                    for y,s2,l2 in b.found:
                        for z,s3,l3 in v.found:
                            if s1!=s2 or s2!=s3 or min(l1,l2,l3)<.9: continue
                            if x<z<y: fw=True
                            if y<z<x:
                                w=src[place.get(y,0):place.get(x,0)]
                                m=c.said.tokens[a.place:b.place]
                                if not any(t.surface=='par' for t in [*w,*m]) and passive(w)==passive(m): rv=True
                if rv and not fw: return True
    return False

def restrict(r):
    ts=[t.surface for t in r.tokens]
    for i,t in enumerate(ts):
        if t in('ne','n'):
            w=ts[i+1:i+9]
            for j,x in enumerate(w):
                if x in('pas','plus','jamais','rien','aucun','aucune','ni'): break
                if x in('que','qu'): return True
    return False
def restriction(c):
    return restrict(c.said) and not restrict(c.passage.whole) and not any(t.surface.startswith(('seul','uniquement','exclusi','limit','reserv','sauf','condition','interdi')) for t in c.passage.whole.tokens)

BECAUSE=set(texts("claims")["causes"]["because"].split())
REASONS=polarity.Side(texts("claims")["causes"]["reasons"])
def cause(c):
    if not (BECAUSE&c.said.surfaces) : return False
    us=c.units
    s=best_sentence(c,us)
    return not any(REASONS.has(t.surface) for t in sent_tokens(c,s,1))

def words(c):
    miss=[u for u in c.units if not u.item and u.likeness==0]
    tot=sum(u.weight for u in c.units)
    return sum(u.weight for u in miss)>.45*tot
def addition(c):
    us=c.units
    return any(not a.item and not b.item and a.likeness==0==b.likeness and a.piece==b.piece and a.weight+b.weight>=7 for a,b in zip(us,us[1:]))
def prox(c,pos,k,places,pieces_):
    best=0
    i=places[pos]
    for x,s,l in k.found:
        j=places[x]
        if i==j: continue
        g=abs(i-j)+3*abs(pieces_[i]-pieces_[j])
        best=max(best,l/(1+g/4))
    return best
def nearness(c):
    src=c.passage.whole.tokens
    pos_place={}
    starts=[t.start for t in src]
    import bisect
    class P(dict):
        def __missing__(self,p): return max(0,bisect.bisect_right(starts,p)-1)
    places=P(); pcs=[t.piece for t in src]
    out=[]
    claimed={x for u in c.units if u.item for x,_,_ in u.found}
    if 'respectivement' in c.passage.whole.folded: return out
    for u in c.units:
        if not u.item or u.is_everywhere or not u.found or not u.item.rivals: continue
        if u.item.kind is Kind.NAME and not all(src[places[x]].is_capital for x,_,_ in u.found): continue
        if u.item.kind is Kind.NUMBER and any(n.start==u.start and n.is_article for n in c.said.numbers): continue
        ks=[(k,(.4 if k.item and k.item.kind is u.item.kind is Kind.NAME else 1)*k.weight/(1+abs(k.place-u.place)/2+2*abs(k.piece-u.piece))) for k in c.units if k is not u and k.likeness>=.7 and not k.is_everywhere and not (k.item and k.item.kind is u.item.kind and abs(k.place-u.place)==1)]
        ks=sorted(ks,key=lambda z:-z[1])[:4]
        if not ks: continue
        own=max(sum(w*prox(c,x,k,places,pcs) for k,w in ks) for x,_,_ in u.found)
        rivals=[r for r in u.item.rivals if u.item.kind is not Kind.NAME or is_unknown(src[places[r]].stem)]
        if not rivals: continue
        riv=max((sum(w*prox(c,r,k,places,pcs) for k,w in ks),r) for r in rivals)
        out.append((riv[0]/(own or .01),u.token.surface,c.passage.whole.text[riv[1]:riv[1]+12],[k.token.surface for k,_ in ks],u.item.kind))
    return out

NEARER=1.7
NAMES=2.4
def nearer(c): return any(x[0]>NEARER and x[4] is not Kind.NAME for x in nearness(c))
def nearer_name(c): return any(x[0]>NAMES and x[4] is Kind.NAME for x in nearness(c))
RULES=dict(date=date,number=number,name=name,negation=negation,unmatched=unmatched_negation,lacking=lacking,opposite=opposite,modality=modality,qualifier=qualifier,words=words,addition=addition,reversal=reversal,agent=agent,restriction=restriction,roles=roles,cause=cause,other_agent=other_agent,elsewhere=elsewhere,crossed=crossed,crossed_names=crossed_names,nearer=nearer,nearer_name=nearer_name)
def why(c):
    out=[]
    for u in c.units:
        if u.item:
            g,r=rival_gap(c,u)
            if g>(.12 if r else .35) and (r or u.item.kind is not Kind.NAME): out.append(('elsewhere',u.item.text,round(g,2),r,[(k.token.surface,round(m*k.weight,1),sorted({s for _,s,_ in k.found})) for k,m in companions(c,u)],'item at',sorted({s for _,s,_ in u.found})))
    return out
