-- No cloth can be wider than the reed it was beaten with.
select bolt_no, width_cm, reed_width_cm
from {{ ref('stg_bolts') }}
where width_cm > reed_width_cm
