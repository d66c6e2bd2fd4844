from __future__ import annotations
import re
from assistant.answering.claims.claim import Claim, Unit, share_at
from assistant.answering.claims.items import Kind
from assistant.answering.claims import polarity
from assistant.answering.claims.matching import likeness

def companions(claim, unit, least=6.0):
    near=[u for u in claim.units if u.piece==unit.piece and u is not unit and u.likeness]
    k=1
    while sum(u.weight for u in near)<least and k<6:
        near=[u for u in claim.units if abs(u.piece-unit.piece)<=k and u is not unit and u.likeness]
        k+=1
    if unit.item and unit.item.kind is Kind.NAME:
        near=[u for u in near if not(u.item and u.item.kind is Kind.NAME and abs(u.place-unit.place)==1)]
    return near

def number(c): return any(u.item and u.item.kind is Kind.NUMBER and not u.item.found for u in c.units)
def date(c): return any(u.item and u.item.kind is Kind.DATE and not u.item.found for u in c.units)
def name(c): return any(u.item and u.item.kind is Kind.NAME and not u.item.found for u in c.units)

def rival_gap(c,u):
    """How much better a sentence without the item holds what stands beside it."""
    if u.is_everywhere or not u.found: return 0,0
    near=companions(c,u)
    if not near: return 0,0
    n=c.passage.size
    own_s={s for _,s,_ in u.found}
    own=max(max(share_at(near,s),share_at(near,s+1)*.9 if s+1<n else 0) for s in own_s)
    others=[s for s in range(n) if s not in own_s]
    best=max((share_at(near,s,0.5) for s in others),default=0)
    bs=max(others,key=lambda s:share_at(near,s,0.5)) if others else None
    hasr=bs is not None and any(c.passage.sentence_at(r)==bs for r in u.item.rivals)
    return best-own,hasr

def elsewhere(c):
    for u in c.units:
        if u.item:
            g,r=rival_gap(c,u)
            if not r and u.item.kind is Kind.NAME: continue
            if g>(.15 if r else .35): return True
    return False

def gaps(c,at,k):
    """distance between two characters of the passage in words, breaks counting more"""
    t=c.passage.whole.text; a,b=sorted((at,k)); z=t[a:b]
    return len(re.findall(r'\w+',z))+3*len(re.findall(r'[,;:()]|\bet\b',z))

def linked(c,f,u):
    z=c.passage.whole.folded
    return any(re.fullmatch(r"\d*[\d ,.%]*\s*(?:a|et|ou|-|/)\s*",z[min(f,x):max(f,x)]) for x,_,_ in u.found)

def crossed(c):
    for u in c.units:
        if not u.item or u.item.kind is Kind.NAME or u.is_everywhere or not u.found: continue
        near=[k for k in c.units if not k.item and k.piece==u.piece and k.likeness and not k.is_everywhere]
        near=sorted(near,key=lambda k:abs(k.place-u.place)-(k.place>u.place)*.5)[:1]
        for k in near:
            if abs(k.place-u.place)>3: continue
            ok=False; seen=False
            for p,s,l in k.found:
                if 'respectivement' in c.passage.whole.folded: ok=True
                x=min((gaps(c,f,p) for f,s2,_ in u.found if s2==s),default=99)
                r=min((gaps(c,f,p) for f in u.item.rivals if c.passage.sentence_at(f)==s and not linked(c,f,u)),default=99)
                if r==99 or x<=r+1: ok=True
                seen=True
            if seen and not ok: return True
    return False

def best_sentence(c,units):
    n=c.passage.size
    return max(range(n),key=lambda s:share_at(units,s,.3))

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

def negation(c):
    for us in pieces(c):
        s=best_sentence(c,us); toks=sent_tokens(c,s)
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t for t in c.said.tokens if lo<=t.piece<=hi]
        for u in us:
            if u.item: continue
            same=[t for t in toks if t.says and likeness(u.token.surface,u.token.stem,t.surface,t.stem)>=.7]
            if not same or any(t.is_denied==u.token.is_denied for t in same): continue
            mates=[t for t in mine if t.says and t.stem==u.token.stem]
            if len({t.is_denied for t in mates})>1: continue
            if u.token.is_denied:
                # source positive: has it any cue around?
                pcs={t.piece for t in same}
                cue=[t.surface for t in toks]
                if not polarity.denies(cue) and not polarity.bounds(cue): return True
            else:
                cue=[t.surface for t in mine]
                if not polarity.denies(cue) and not polarity.bounds(cue): return True
    return False

def unmatched_negation(c):
    for us in pieces(c):
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t.surface for t in c.said.tokens if lo<=t.piece<=hi]
        if not ({'ne','n'}&set(mine)): continue
        s=best_sentence(c,us)
        cue=[t.surface for t in sent_tokens(c,s,1)]
        if not polarity.denies(cue) and not polarity.bounds(cue): return True
    return False

def opposite(c):
    for us in pieces(c):
        s=best_sentence(c,us); toks=sent_tokens(c,s)
        lo=min(u.piece for u in us); hi=max(u.piece for u in us)
        mine=[t for t in c.said.tokens if lo<=t.piece<=hi]
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
        same=[o for o in c.passage.whole.content if likeness(t.surface,t.stem,o.surface,o.stem)>=.7]
        ms={modal_of(c.passage.whole.tokens,o) for o in same}
        if same and m not in ms and '' not in ms: return True
    return False

from assistant.wording import texts
def qualifier(c):
    for row in texts("claims")["light"]["qualifiers"]:
        l,r=(set(x.split()) for x in row.split('|'))
        if l&set(c.said.surfaces) and not ((l|r)&(c.passage.whole.surfaces|c.passage.about.surfaces)):
            return True
    return False

def words(c):
    miss=[u for u in c.units if not u.item and u.likeness==0]
    tot=sum(u.weight for u in c.units)
    return sum(u.weight for u in miss)>.45*tot
def addition(c):
    return False
RULES=dict(date=date,number=number,name=name,negation=negation,unmatched=unmatched_negation,opposite=opposite,modality=modality,qualifier=qualifier,words=words,addition=addition,elsewhere=elsewhere,crossed=crossed)
