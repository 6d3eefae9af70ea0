-- id: platform.freshness.counties
-- title: 县登记表新鲜度
-- title_en: Freshness of the counties' forms
-- unit: percent
-- grain: village
-- definition: 年度登记表没有过期的县 ÷ 有登记表的县；登记表所属年度结束后或核实后的规定月数内算没有过期
-- definition_en: Counties whose yearly form is not out of date ÷ counties with a form; a form is out of date when neither the end of its year nor its last confirmation lies within the months allowed
-- article: 7
-- parameters: months=quality.confirmation.months
-- evidence_en: Counties whose form is out of date
select c.division,
  case when c.year >= extract(year from :on - interval '1 month' * :months)
    or c.confirmed_on >= :on - interval '1 month' * :months then 1 else 0 end as numerator,
  1 as denominator
from facts.county c

-- evidence: 登记表过期的县
select c.division as id, 'county' as kind, c.division, cast(c.year as varchar) as label, '登记表已过期' as why
from facts.county c
where not coalesce(c.year >= extract(year from :on - interval '1 month' * :months), false)
  and not coalesce(c.confirmed_on >= :on - interval '1 month' * :months, false)
