-- What the gold SQL of own.jsonl reads beside the tables of the demo: written from the domain's definitions, apart from our
-- compiler and our tags. As of 2026-10-20; windows are complete days that end the day before.
CREATE SCHEMA IF NOT EXISTS gold;

-- completed orders with their day
CREATE OR REPLACE VIEW gold.done AS
SELECT *, CAST(order_time AS DATE) AS day FROM orders WHERE status = '已完成';

-- items of completed orders with the day, channel and customer of the order and the product's category and brand
CREATE OR REPLACE VIEW gold.lines AS
SELECT i.*, d.day, d.channel, d.customer_id, p.category, p.brand, p.product_name
FROM order_items i JOIN gold.done d USING (order_id) JOIN products p USING (product_id);

-- a few tags and attributes of every customer
CREATE OR REPLACE VIEW gold.people AS
WITH bought AS (
  SELECT customer_id, max(day) AS last_day,
         count(*) FILTER (day >= DATE '2025-10-20') AS n365, coalesce(sum(amount) FILTER (day >= DATE '2025-10-20'), 0) AS a365,
         count(*) FILTER (day >= DATE '2026-07-22') AS n90, sum(amount) AS spent, count(*) AS n
  FROM gold.done GROUP BY 1),
seen AS (SELECT customer_id, DATE '2026-10-20' - max(CAST(event_time AS DATE)) AS days FROM events GROUP BY 1)
SELECT c.*, last_day, coalesce(n365, 0) AS orders_365d, coalesce(a365, 0) AS spend_365d, coalesce(n90, 0) AS orders_90d,
       coalesce(spent, 0) AS lifetime_spend, coalesce(n, 0) AS lifetime_orders,
       datesub('year', c.birth_date, DATE '2026-10-20') AS age,
       CASE WHEN coalesce(a365, 0) >= 5000 AND n365 >= 4 THEN '高价值'
            WHEN (coalesce(n365, 0) >= 1 AND register_date >= DATE '2026-10-20' - 180) OR coalesce(n90, 0) >= 2 THEN '潜力'
            WHEN coalesce(n365, 0) = 0 THEN '低价值' ELSE '一般' END AS value_tier,
       CASE WHEN days <= 7 THEN '高活跃' WHEN days <= 30 THEN '中活跃' WHEN days <= 90 THEN '低活跃' ELSE '沉睡' END AS activity,
       CASE WHEN register_date >= DATE '2026-10-20' - 30 THEN '新客'
            WHEN register_date < DATE '2026-10-20' - 180 AND (last_day IS NULL OR last_day < DATE '2026-10-20' - 180) THEN '流失'
            WHEN last_day IS NULL OR last_day < DATE '2026-10-20' - 90 THEN '衰退'
            WHEN n365 >= 4 THEN '成熟' ELSE '成长' END AS lifecycle
FROM customers c LEFT JOIN bought USING (customer_id) LEFT JOIN seen USING (customer_id);
