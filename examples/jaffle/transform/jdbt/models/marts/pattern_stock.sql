with woven as (
    select pattern, sum(sellable_m) as woven_m
    from {{ ref('bolt_yields') }}
    group by pattern
),

promised as (
    select pattern, sum(length_m) as promised_m
    from {{ ref('stg_cloth_orders') }}
    group by pattern
)

select
    woven.pattern,
    round(woven.woven_m, 1) as woven_m,
    round(coalesce(promised.promised_m, 0), 1) as promised_m,
    round(woven.woven_m - coalesce(promised.promised_m, 0), 1) as free_m
from woven
left join promised on woven.pattern = promised.pattern
