-- id: low_income.attribute
-- title: 贫困户属性与民政保障不一致
-- title_en: Kind of poor household disagrees with civil affairs
-- kind: record
-- severity: check
-- definition: 户属性登记为一般贫困户而有成员在享低保或特困供养；或登记为低保贫困户而在享成员都是特困，或登记为特困供养户而在享成员都是低保
-- definition_en: Registered as an ordinary poor household although members are recipients; or as an allowance household whose recipients are all in support, or the other way round
-- article: 7
-- checked_by: village
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- shows: attribute=档案户属性|Kind in the register, delivered=民政在享类别|Kind at civil affairs
-- compares: delivered=household.household_type
-- alike: 低保=low_income_allowance, 特困供养=extreme_support, 低保和特困供养=low_income_allowance extreme_support
-- ask: 哪位成员享受、从哪年开始？|Which member receives it and since when?；户属性是否应随保障类别更改？|Should the kind of household follow?
select h.household, cast(null as bigint) as person, h.division, cast(null as bigint) as row,
  case h.attribute when 'ordinary' then '一般贫困户' when 'low_income_allowance' then '低保贫困户' else '特困供养贫困户' end as attribute,
  case when r.allowance > 0 and r.support > 0 then '低保和特困供养' when r.allowance > 0 then '低保' else '特困供养' end as delivered
from facts.household h
join (
  select m.household, sum(case when m.kind in ('农村低保', '城市低保') then 1 else 0 end) as allowance,
    sum(case when m.kind in ('特困集中供养', '特困分散供养') then 1 else 0 end) as support
  from matched.low_income m where m.state = '在享' group by m.household
) r on r.household = h.household
where h.status not in ('removed', 'closed')
  and (h.attribute = 'ordinary' or h.attribute = 'low_income_allowance' and r.allowance = 0
    or h.attribute = 'extreme_support' and r.support = 0)
