select
    looms.loom_id,
    looms.loom_name,
    looms.kind,
    count(bolts.bolt_no) as bolts,
    coalesce(round(sum(bolts.sellable_m), 1), 0) as sellable_m,
    coalesce(sum(bolts.flaws), 0) as flaws,
    max(bolts.woven_on) as last_woven_on
from {{ ref('looms') }} as looms
left join {{ ref('bolt_yields') }} as bolts on looms.loom_id = bolts.loom_id
group by looms.loom_id, looms.loom_name, looms.kind
