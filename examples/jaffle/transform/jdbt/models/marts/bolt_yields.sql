{{ config(materialized='ephemeral') }}

-- Each flaw costs the 40 cm around it.
select
    *,
    greatest(length_m - 0.4 * flaws, 0) as sellable_m
from {{ ref('stg_bolts') }}
