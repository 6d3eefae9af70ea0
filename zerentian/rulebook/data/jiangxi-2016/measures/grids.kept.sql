-- id: grids.kept
-- title: 网格员到位率
-- title_en: Grids with a keeper
-- unit: percent
-- grain: village
-- definition: 有网格员在岗的网格 ÷ 全部网格
-- definition_en: Grids whose keeper is in post ÷ all grids
-- article: 12
-- evidence_en: Grids without a keeper
select g.division, sum(case when g.has_keeper then 1 else 0 end) as numerator, count(*) as denominator
from facts.grid g
group by g.division

-- evidence: 没有网格员的网格
select g.grid as id, 'grid' as kind, g.division, d.name as label, '没有网格员在岗' as why
from facts.grid g
left join facts.division d on d.division = g.division
where not g.has_keeper
