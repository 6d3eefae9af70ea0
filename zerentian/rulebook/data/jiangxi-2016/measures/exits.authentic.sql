-- id: exits.authentic
-- title: 脱贫真实率
-- title_en: Exits that are true
-- unit: percent
-- grain: village
-- definition: 收入达到退出当年的退出线、没有危房、饮水安全、无辍学、全员参保的脱贫户 ÷ 脱贫户；退出线按退出日期取自规则参数
-- definition_en: Exited households with income at the line of the exit year, a safe house, safe water, nobody out of school, all insured ÷ exited households; the line is the rulebook's for the day of exit
-- article: 17
-- parameters: school_from=quality.school.compulsory_from_age, school_to=quality.school.compulsory_to_age
-- evidence_en: Exited households with an unmet standard
select h.division, sum(case when case when i.per_capita < l.number then '退出当年人均收入低于退出线'
  when h.house_grade in ('c', 'd') then '仍住危房'
  when not h.water_safe then '饮水不安全'
  when m.dropouts > 0 then '有义务教育阶段失学辍学'
  when m.uninsured > 0 then '有成员未参加基本医疗保险'
  else '' end = '' then 1 else 0 end) as numerator, count(*) as denominator
from facts.household h
left join (
  select i.household, i.year, i.per_capita from facts.household_income i
) i on i.household = h.household and i.year = extract(year from h.exited_on)
left join facts.parameter l on l.parameter = 'exit.household.line' and l.division % 10000000000 = 0
  and h.exited_on >= l.valid_from and (l.valid_to is null or h.exited_on < l.valid_to)
left join (
  select p.household, sum(case when p.insured_medical then 0 else 1 end) as uninsured,
    sum(case when p.dropout and p.birth_on > :on - interval '1 year' * (:school_to + 1)
      and p.birth_on <= :on - interval '1 year' * :school_from then 1 else 0 end) as dropouts
  from facts.person p where p.left_on is null group by p.household
) m on m.household = h.household
where h.status in ('exited', 'exited_no_policy')
group by h.division

-- evidence: 有标准未达到的脱贫户
select e.id, 'household' as kind, e.division, e.label, e.why
from (
select h.household as id, h.division, h.number as label, case when i.per_capita < l.number then '退出当年人均收入低于退出线'
  when h.house_grade in ('c', 'd') then '仍住危房'
  when not h.water_safe then '饮水不安全'
  when m.dropouts > 0 then '有义务教育阶段失学辍学'
  when m.uninsured > 0 then '有成员未参加基本医疗保险'
  else '' end as why
from facts.household h
left join (
  select i.household, i.year, i.per_capita from facts.household_income i
) i on i.household = h.household and i.year = extract(year from h.exited_on)
left join facts.parameter l on l.parameter = 'exit.household.line' and l.division % 10000000000 = 0
  and h.exited_on >= l.valid_from and (l.valid_to is null or h.exited_on < l.valid_to)
left join (
  select p.household, sum(case when p.insured_medical then 0 else 1 end) as uninsured,
    sum(case when p.dropout and p.birth_on > :on - interval '1 year' * (:school_to + 1)
      and p.birth_on <= :on - interval '1 year' * :school_from then 1 else 0 end) as dropouts
  from facts.person p where p.left_on is null group by p.household
) m on m.household = h.household
where h.status in ('exited', 'exited_no_policy')
) e
where e.why <> ''
