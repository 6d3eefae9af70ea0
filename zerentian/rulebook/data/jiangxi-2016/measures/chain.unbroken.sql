-- id: chain.unbroken
-- title: 责任链完整
-- title_en: Unbroken chain of answerable bodies
-- unit: percent
-- grain: village
-- definition: 有在设的上级责任主体、且上级层级不低于本级的主体 ÷ 省以下全部主体
-- definition_en: Bodies with a present superior of the same or a higher level ÷ all bodies below the province
-- article: 3
-- evidence_en: Bodies at which the chain breaks
select b.division, sum(case when s.body is not null and s.ended_on is null and s.level <= b.level then 1 else 0 end) as numerator, count(*) as denominator
from facts.body b
left join facts.body s on s.body = b.superior
where b.level >= 2 and b.ended_on is null
group by b.division

-- evidence: 责任链断开的主体
select b.body as id, 'body' as kind, b.division, b.name as label,
  case when s.body is null then '没有上级责任主体' when s.ended_on is not null then '上级责任主体已撤销' else '上级层级低于本级' end as why
from facts.body b
left join facts.body s on s.body = b.superior
where b.level >= 2 and b.ended_on is null
  and (s.body is null or s.ended_on is not null or s.level > b.level)
