select * from (values
    (date '2026-05-01', 32.0, 6.5),
    (date '2026-05-02', 36.0, 7.0),
    (date '2026-05-03', 36.0, 7.0)
) as prices (sailed_on, car_price, person_price)
