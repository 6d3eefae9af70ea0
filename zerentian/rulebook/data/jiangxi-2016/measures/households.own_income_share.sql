-- id: households.own_income_share
-- title: 自主增收占比
-- title_en: Households' own income
-- unit: percent
-- grain: village
-- definition: 在册户最近一年工资、经营和财产收入合计 ÷ 全部收入
-- definition_en: Wages, business and property income of the last year ÷ all income of households in the register
-- article: 24
-- evidence_en: Households that live mostly on transfers
select i.division, sum(coalesce(i.wage, 0) + coalesce(i.business, 0) + coalesce(i.property, 0)) as numerator, sum(coalesce(i.wage, 0) + coalesce(i.business, 0) + coalesce(i.property, 0) + coalesce(i.transfer, 0)) as denominator
from facts.household_income i
join facts.household h on h.household = i.household and h.income_year = i.year
where h.status not in ('removed', 'closed')
group by i.division

-- evidence: 收入主要靠转移支付的户
select h.household as id, 'household' as kind, h.division, h.number as label, '转移性收入超过自主收入' as why
from facts.household_income i
join facts.household h on h.household = i.household and h.income_year = i.year
where h.status not in ('removed', 'closed') and coalesce(i.transfer, 0) > coalesce(i.wage, 0) + coalesce(i.business, 0) + coalesce(i.property, 0)
