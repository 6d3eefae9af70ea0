-- id: exits.signals_reviewed
-- title: 退出户异常信号核查率
-- title_en: Warning signals of exited households that were reviewed
-- unit: percent
-- grain: village
-- definition: 退出后经入户核查或已提出返贫、清退的 ÷ 有异常信号（收入低于或紧贴退出线、住房或饮水不安全、识别当年即脱贫）的脱贫户
-- definition_en: Those checked at home after the exit, or with a return or removal begun ÷ exited households with a signal (income below or close to the line, house or water unsafe, exited in the year of identification)
-- article: 17
-- parameters: band=quality.income.line_band
-- evidence_en: Exited households with a signal that nobody has reviewed
select s.division, sum(case when r.reviewed_on is not null then 1 else 0 end) as numerator, count(*) as denominator
-- include: exit_signals
where s.why <> ''
group by s.division

-- evidence: 有异常信号、尚未核查的脱贫户
select s.household as id, 'household' as kind, s.division, s.number as label, s.why
-- include: exit_signals
where s.why <> '' and r.reviewed_on is null
