"""Everything anyone may do, on one screen; roles in accounts.rules are lists of these."""

from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Permission(StrEnum):
    """One thing that a role may allow: its id, and what people call it."""

    label: Promise | str

    def __new__(cls, id: str, label: Promise | str = "") -> "Permission":
        """The id is the value; the label goes beside it."""
        made = str.__new__(cls, id)
        made._value_ = id
        made.label = label
        return made

    # territory
    DIVISION_VIEW = "division.view", _("查看区划")
    DIVISION_CHANGE = "division.change", _("变更区划")
    # organisations
    BODY_VIEW = "body.view", _("查看机构")
    BODY_CHANGE = "body.change", _("变更机构")
    APPOINTMENT_CHANGE = "appointment.change", _("任免登记")
    APPOINTMENT_APPROVE = "appointment.approve", _("登记任免批准")
    PHONE_VIEW = "phone.view", _("查看完整电话")
    # accounts
    USER_MANAGE = "user.manage", _("管理账号")
    ROLE_GRANT = "role.grant", _("授予角色")
    TOKEN_ISSUE = "token.issue", _("签发接口令牌")
    # rulebook
    RULEBOOK_VIEW = "rulebook.view", _("查看规则")
    RULEBOOK_LOAD = "rulebook.load", _("载入规则")
    OVERLAY_CHANGE = "overlay.change", _("制定地方规定")
    INTERPRETATION_ASK = "interpretation.ask", _("提请解释")
    INTERPRETATION_ANSWER = "interpretation.answer", _("答复解释")
    # disclosure
    NOTICE_VIEW = "notice.view", _("查看公示")
    NOTICE_COMPOSE = "notice.compose", _("拟公示")
    NOTICE_REVIEW = "notice.review", _("审核公示")
    OBJECTION_VIEW = "objection.view", _("查看异议")
    OBJECTION_RECORD = "objection.record", _("登记异议")
    OBJECTION_ANSWER = "objection.answer", _("答复异议")
    # procedures
    CASE_VIEW = "case.view", _("查看案件")
    CASE_OPEN = "case.open", _("立案")
    CASE_DECIDE = "case.decide", _("办理案件")
    CASE_DELEGATE = "case.delegate", _("委托他人办理")
    # registry
    HOUSEHOLD_VIEW = "household.view", _("查看户档案")
    HOUSEHOLD_CHANGE = "household.change", _("更正户档案")
    HOUSEHOLD_EXPORT = "household.export", _("导出户档案")
    COUNT_TAKE = "count.take", _("形成时点数")
    REGISTRY_IMPORT = "registry.import", _("导入采集表")
    VILLAGE_CHANGE = "village.change", _("更正村档案")
    PERSONAL_REVEAL = "personal.reveal", _("查看完整个人信息")
    # exchange
    EXCHANGE_VIEW = "exchange.view", _("查看数据交换")
    EXCHANGE_DELIVER = "exchange.deliver", _("交付部门数据")
    EXCHANGE_MATCH = "exchange.match", _("开展数据比对")
    CLUE_VIEW = "clue.view", _("查看比对线索")
    CLUE_ANSWER = "clue.answer", _("核实比对线索")
    CLUE_SETTLE = "clue.settle", _("审定比对线索")
    # oversight
    CHECK_VIEW = "check.view", _("查看抽查")
    CHECK_DRAW = "check.draw", _("抽取核查户")
    CHECK_RECORD = "check.record", _("填写核查结果")
    # assessment
    LEDGER_VIEW = "ledger.view", _("查看责任台账")
    LEDGER_EXPORT = "ledger.export", _("导出责任台账")
    LEDGER_RECOMPUTE = "ledger.recompute", _("重新测算")
    DISPUTE_RAISE = "dispute.raise", _("提出申诉")
    DISPUTE_DECIDE = "dispute.decide", _("裁定申诉")
    # kernel
    RUN_VIEW = "run.view", _("查看任务")
    AUDIT_VIEW = "audit.view", _("查看审计记录")
    SYSTEM_OPERATE = "system.operate", _("运行维护")
    API_USE = "api.use", _("使用接口")
