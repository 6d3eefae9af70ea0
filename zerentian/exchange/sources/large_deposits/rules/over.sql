-- id: large_deposits.over
-- title: 金融资产合计达到核对标准
-- title_en: Financial assets reach the standard
-- kind: doubt
-- standard: 大额存款
-- severity: strict
-- definition: 在册贫困户成员的最近一次核对答复为“是”：存款、理财等合计达到核对标准；平台不接收也不显示金额
-- definition_en: The newest answer for a member of a registered household is yes: deposits and investments together reach the standard; the platform neither takes nor shows an amount
-- article: 7
-- checked_by: township
-- owner: poverty_office
-- version: 1
-- from: 2016-01-01
-- parameters: standard=large_deposits.standard
-- shows: as_of=核对日期|As of, standard=核对标准（元）|Standard (yuan)
-- ask: 是否签过核对授权书？|Was the consent to the check signed?；资金是补偿款、借款、代人保管还是积蓄？|Is the money compensation, borrowed, held for others or saved?；是否因看病、建房、子女上学暂存？|Is it set aside for treatment, building or school?
select m.household, m.person, m.division, m.row, m.as_of, :standard as standard
from matched.large_deposits m
join facts.household h on h.household = m.household
where h.status not in ('removed', 'closed') and m.reached and m.as_of <= :on
  and not exists (select 1 from matched.large_deposits n where n.person = m.person and n.as_of > m.as_of and n.as_of <= :on)
