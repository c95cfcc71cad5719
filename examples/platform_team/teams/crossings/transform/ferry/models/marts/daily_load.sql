select
    sailed_on,
    count(*) as sailings,
    sum(cars) as cars,
    sum(foot_passengers) as foot_passengers
from {{ ref('stg_sailings') }}
group by sailed_on
