select
    order_code,
    customer,
    pattern,
    length_m,
    round(length_m * price_per_m, 2) as amount,
    status,
    ordered_on
from {{ ref('cloth_orders') }}
where status <> 'withdrawn'
