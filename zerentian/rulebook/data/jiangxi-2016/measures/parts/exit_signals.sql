-- Exited households with what warns of them, and when somebody last reviewed that.
from (
  select h.household, h.division, h.number, h.exited_on,
    case when i.per_capita < l.number then '退出当年人均收入低于退出线'
      when h.house_grade in ('c', 'd') then '仍住危房'
      when not h.water_safe then '饮水不安全'
      when i.per_capita < l.number * (1 + :band * 0.01) then '收入紧贴退出线'
      when h.identified_on >= date_trunc('year', h.exited_on) then '识别当年即脱贫'
      else '' end as why
  from facts.household h
  left join facts.household_income i on i.household = h.household and i.year = extract(year from h.exited_on)
  left join facts.parameter l on l.parameter = 'exit.household.line' and l.division % 10000000000 = 0
    and h.exited_on >= l.valid_from and (l.valid_to is null or h.exited_on < l.valid_to)
  where h.status in ('exited', 'exited_no_policy')
) s
left join (
  select u.household, max(u.reviewed_on) as reviewed_on from (
    select k.household, max(k.recorded_on) as reviewed_on from facts.household_check k
    where k.purpose = 'exits' and k.state = 'done' group by k.household
    union all
    select f.subject_id as household, max(f.opened_on) as reviewed_on from facts.case_file f
    where f.subject_kind = 'household' and f.kind in ('household.return', 'household.removal') and f.state <> 'withdrawn'
    group by f.subject_id
  ) u group by u.household
) r on r.household = s.household and r.reviewed_on >= s.exited_on
