"""The pages and files of the syndicate's sites, followed safely and kept under `<data>/fetched/`.

`sources` says what to follow, `canonical` names it; `guard` and `robots` judge every address; `fetch` (`pace`,
`inflate`, `formats`) downloads one; `links` and `sitemap` find the next; `fetched` (`visits`, `bodies`) remembers;
`settle` decides what is alive; `crawl` is the flow, `report` what it says of itself.
"""
