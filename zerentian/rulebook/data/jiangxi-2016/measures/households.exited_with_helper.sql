-- id: households.exited_with_helper
-- title: 脱贫户继续帮扶率
-- title_en: Exited households that still have a helper
-- unit: percent
-- grain: village
-- definition: 仍有帮扶责任人的脱贫户 ÷ 帮扶期内的脱贫户（享受政策）
-- definition_en: Exited households (policies continue) with a helper ÷ those within the time of help
-- article: 24
-- parameters: months=help.after_exit.months
-- evidence_en: Exited households without a helper
select h.division, sum(case when h.has_helper then 1 else 0 end) as numerator, count(*) as denominator
from facts.household h
where h.status = 'exited' and h.exited_on is not null and h.exited_on >= :on - interval '1 month' * :months
group by h.division

-- evidence: 没有帮扶责任人的脱贫户
select h.household as id, 'household' as kind, h.division, h.number as label, '没有帮扶责任人' as why
from facts.household h
where h.status = 'exited' and h.exited_on is not null and h.exited_on >= :on - interval '1 month' * :months and not h.has_helper
