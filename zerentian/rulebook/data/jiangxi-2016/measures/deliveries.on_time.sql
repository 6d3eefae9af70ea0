-- id: deliveries.on_time
-- title: 部门数据按期交付率
-- title_en: Department data delivered on time
-- unit: percent
-- grain: body
-- definition: 期限内首次收妥的交付 ÷ 本年内到期或已经交来的应交交付；每个来源、地区、所属期算一次
-- definition_en: Deliveries first taken by their day ÷ deliveries owed that fell due this year or came already; each source, area and period counts once
-- article: 7
-- evidence_en: Deliveries that came late or not at all
select coalesce(t.body, 0) as body, t.division, sum(case when t.delivered_on <= t.due_on then 1 else 0 end) as numerator, count(*) as denominator
from facts.delivery_term t
where t.due_on >= :period_start and (t.due_on < :on or t.delivered_on is not null)
group by coalesce(t.body, 0), t.division

-- evidence: 逾期交付和未交付的所属期
select t.term as id, 'delivery_term' as kind, coalesce(t.body, 0) as body, t.division, t.source || ' ' || t.period as label,
  case when t.delivered_on is null then '到期未交付' else '超过期限才交付' end as why
from facts.delivery_term t
where t.due_on >= :period_start and (t.delivered_on > t.due_on or t.delivered_on is null and t.due_on < :on)
