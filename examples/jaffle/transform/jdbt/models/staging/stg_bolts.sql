select
    log.bolt_no,
    log.loom_id,
    looms.loom_name,
    looms.reed_width_cm,
    log.lot_code,
    log.pattern,
    log.length_m,
    log.width_cm,
    log.flaws,
    log.woven_on
from {{ ref('weaving_log') }} as log
join {{ ref('looms') }} as looms on log.loom_id = looms.loom_id
