select
    sailing_id,
    ship,
    cast(sailed_on as date) as sailed_on,
    cars,
    foot_passengers
from {{ ref('sailings') }}
