{{ config(materialized='incremental', unique_key='woven_on') }}

select
    woven_on,
    count(*) as bolts,
    round(sum(sellable_m), 1) as sellable_m
from {{ ref('bolt_yields') }}
{% if is_incremental() %}
-- The last day is woven again: a bolt may be written down late.
where woven_on >= (select max(woven_on) from {{ this }})
{% endif %}
group by woven_on
