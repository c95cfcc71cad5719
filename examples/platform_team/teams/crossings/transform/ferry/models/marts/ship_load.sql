select
    ship,
    avg(cars) as cars_per_sailing
from {{ ref('stg_sailings') }}
group by ship
