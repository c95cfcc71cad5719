select
    sailed_on,
    cars * car_price + foot_passengers * person_price as revenue
from daily_load
join season_prices using (sailed_on)
