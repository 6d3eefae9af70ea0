-- id: exits.decided_in_window
-- title: 村县退出在规定时段内作出决定的比例
-- title_en: Exits of villages and counties decided in their window
-- unit: percent
-- grain: village
-- definition: 在启动次年的规定月份结束前办结的村、县退出 ÷ 上年以来启动且已办结或已过时段的村、县退出（撤回的不计）
-- definition_en: Exits of villages and counties closed before the end of the set month of the following year ÷ those begun since last year that are closed or past their window (withdrawn ones left out)
-- article: 6
-- parameters: months=exit.decision.months
-- evidence_en: Exits of villages and counties decided late or not at all
select e.division, sum(case when e.closed_on < e.window_end then 1 else 0 end) as numerator, count(*) as denominator
from (
  select c.division, c.closed_on, c.state,
    cast(date_trunc('year', c.opened_on) as date) + interval '1 year' + interval '1 month' * :months as window_end
  from facts.case_file c
  where c.kind in ('village.exit', 'county.exit') and c.state <> 'withdrawn' and c.opened_on >= :period_start - interval '1 year'
) e
where e.closed_on is not null or e.window_end <= :on
group by e.division

-- evidence: 没有在规定时段内作出决定的退出
select e.id, 'case' as kind, e.division, e.label,
  case when e.closed_on is null then '时段已过，尚未作出决定' else '超过时段才作出决定' end as why
from (
  select c.case_file as id, c.division, c.kind as label, c.closed_on,
    cast(date_trunc('year', c.opened_on) as date) + interval '1 year' + interval '1 month' * :months as window_end
  from facts.case_file c
  where c.kind in ('village.exit', 'county.exit') and c.state <> 'withdrawn' and c.opened_on >= :period_start - interval '1 year'
) e
where (e.closed_on is null and e.window_end <= :on) or e.closed_on >= e.window_end
