-- id: low_income.below_standard
-- title: 无劳动力且收入低于低保标准，未享受保障
-- title_en: Nobody able to work, income below the living standard, no support
-- kind: gap
-- standard: 社会保障兜底一批
-- severity: strict
-- definition: 未脱贫户没有普通或技能劳动力，最近年度人均纯收入低于农村低保年标准，而民政本地区全量名单中没有一位成员在享低保或特困供养；只看有证件号码有效的成员的户
-- definition_en: A household still poor without anybody able to work, whose income per person is below the yearly rural living standard, and of whom nobody is a recipient on the full list of the area; only households with a member whose number is valid
-- article: 7
-- checked_by: village
-- owner: civil_affairs
-- version: 1
-- from: 2016-01-01
-- parameters: standard=low_income.standard_monthly
-- shows: income_year=收入年度|Year of the income, per_capita_income=人均纯收入（元）|Income per person (yuan), delivered=民政名单|Civil affairs
-- ask: 家里靠什么生活，子女赡养费有没有到位？|What does the household live on and do the children pay?；是否申请过低保，没有批准的原因是什么？|Was the allowance applied for and why was it refused?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row, h.income_year, h.per_capita_income,
  '没有成员在享' as delivered
from facts.household h
join facts.full_table t on t.source = 'low_income' and h.division >= t.lo and h.division < t.hi
where h.status in ('poor', 'pre_exit', 'returned') and h.per_capita_income < :standard * 12
  and (h.identified_on is null or h.identified_on <= t.complete_on)
  and exists (select 1 from facts.person p where p.household = h.household and p.left_on is null and p.id_valid)
  and not exists (
    select 1 from facts.person p where p.household = h.household and p.left_on is null and p.labour in ('ordinary', 'skilled')
  )
  and not exists (select 1 from matched.low_income m where m.household = h.household and m.state = '在享')
