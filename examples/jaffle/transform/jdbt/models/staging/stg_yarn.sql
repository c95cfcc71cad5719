select
    lots.lot_code,
    lots.supplier,
    lots.fibre,
    lots.dye,
    lots.weight_kg,
    lots.received_on,
    round(lots.weight_kg * prices.price_per_kg, 2) as dye_cost
from {{ ref('yarn_lots') }} as lots
left join {{ source('dye_merchant', 'dye_prices') }} as prices on lots.dye = prices.dye
