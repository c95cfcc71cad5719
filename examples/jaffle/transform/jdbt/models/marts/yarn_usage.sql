select
    yarn.lot_code,
    yarn.supplier,
    yarn.fibre,
    yarn.dye_cost,
    count(bolts.bolt_no) as bolts,
    coalesce(round(sum(bolts.length_m), 1), 0) as woven_m
from {{ ref('stg_yarn') }} as yarn
left join {{ ref('stg_bolts') }} as bolts on yarn.lot_code = bolts.lot_code
group by yarn.lot_code, yarn.supplier, yarn.fibre, yarn.dye_cost
