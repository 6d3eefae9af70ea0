-- id: checks.error_rate
-- title: 识别退出抽查差错率
-- title_en: Errors found by checks of registration and exits
-- unit: percent
-- grain: village
-- definition: 本年核查结论为不真实的户 ÷ 本年核查的户
-- definition_en: Households found not authentic this year ÷ households checked this year
-- article: 16
-- evidence_en: Households found not authentic
select k.division, sum(case when k.finding = 'not_authentic' then 1 else 0 end) as numerator, count(*) as denominator
from facts.household_check k
where k.state = 'done' and k.recorded_on >= :period_start
group by k.division

-- evidence: 核查结论为不真实的户
select k.household as id, 'household' as kind, k.division, coalesce(h.number, '') as label,
  case when k.purpose = 'exits' then '退出不真实' else '识别不真实' end as why
from facts.household_check k left join facts.household h on h.household = k.household
where k.state = 'done' and k.recorded_on >= :period_start and k.finding = 'not_authentic'
