"""The access table: address, method, and the status for each of the standing cast.

Everything asked for belongs to 兴国县. 302 of a page for `anonymous` leads to the sign-in page; whoever may not
have a token gets 401 from the API; an empty form that somebody may send is answered 422.
"""

from typing import Any

from django.urls import get_resolver

COUNTY, VILLAGE = 360732000000, 360732100200

# Arguments of addresses: of an app, of one address, or of all, the nearest first.
_ARGUMENTS: dict[str, dict[str, Any]] = {
    "": {"code": VILLAGE, "run_id": "run", "grant": "grant", "number": 22, "duty_id": "22.2"},
    "kernel:run": {"pk": "run"},
    "kernel:run_cancel": {"pk": "run"},
    "kernel:file": {"pk": "file"},
    "kernel:act": {"pk": "act"},
    "organisations": {"pk": "body"},
    "organisations:appoint": {"pk": "post"},
    "organisations:appointment_end": {"pk": "appointment"},
    "organisations:appointment_approve": {"pk": "appointment"},
    "organisations:phone": {"pk": "appointment"},
    "organisations:assignment_end": {"pk": "assignment"},
    "organisations:grid_keeper": {"pk": "grid"},
    "accounts": {"pk": "user", "what": "password"},
    "accounts:token_revoke": {"pk": "token"},
    "rulebook": {"measure_id": "households.in_grid", "list_id": "relation"},
    "rulebook:overlay": {"pk": "overlay"},
    "rulebook:overlay_withdraw": {"pk": "overlay"},
    "rulebook:interpretation_answer": {"pk": "interpretation"},
    "rulebook:text_changes": {"pk": "text"},
    "procedures": {
        "pk": "case",
        "outcome": "accepted",
        "step": "application",
        "kind": "household.identification",
        "version": "2014",
        "subject_id": "applicant",
    },
    "procedures:answer_objection": {"pk": "case_objection"},
    "procedures:delegation_end": {"pk": "delegation"},
    "disclosure": {"pk": "notice", "kind": "exit.household"},
    "disclosure:objection": {"pk": "objection"},
    "disclosure:objection_reveal": {"pk": "objection"},
    "portal:notice": {"code": "notice_code"},
    "portal:objection": {"code": "notice_code"},
    "registry": {"pk": "household", "part": "basics", "year": 2025},
    **{
        f"registry:application{name}": {"pk": "applicant", "part": "dwelling"}
        for name in ("", "_part", "_member", "_income", "_submit", "_end")
    },
    "registry:application_member_change": {"pk": "applicant_head"},
    "registry:application_member_drop": {"pk": "applicant_head"},
    "registry:household_print": {"pk": "household", "form": "registration"},
    "registry:person_change": {"pk": "person", "part": "identity"},
    "registry:village_change": {"part": "people"},
    "registry:income_change": {"pk": "income"},
    "registry:person_confirm": {"pk": "person", "part": "work"},
    "registry:change_new": {"kind": "join"},
    "registry:change_undo": {"pk": "change"},
    "registry:kinship_end": {"pk": "kinship"},
    "registry:county": {"code": COUNTY},
    "registry:import": {"pk": "import"},
    "registry:quality_explain": {"pk": "finding"},
    "registry:quality_revoke": {"pk": "exception"},
    "exchange": {"pk": "clue", "name": "vehicles"},
    **{
        f"exchange:{name}": {"pk": "delivery"}
        for name in ("delivery", "delivery_withdraw", "delivery_check", "delivery_errors")
    },
    "exchange:reply": {"pk": "reply"},
    "exchange:reply_whom": {"pk": "whom"},
    "exchange:sheet": {"pk": "sheet"},
    "exchange:sheet_refused": {"pk": "sheet"},
    "exchange:match": {"pk": "match"},
    "oversight": {"pk": "round"},
    "oversight:check": {"pk": "check"},
    "oversight:check_replace": {"pk": "check"},
    "registry:import_confirm": {"pk": "import"},
    "registry:import_withdraw": {"pk": "import"},
    "assessment": {"code": COUNTY},
    "assessment:snapshot": {"name": "taken"},
    "assessment:body": {"pk": "entry_body"},
    "assessment:entry": {"pk": "entry"},
    "assessment:dispute_raise": {"pk": "entry"},
    "assessment:dispute_decide": {"pk": "dispute"},
    "api": {
        "household_id": "household",
        "notice_id": "notice",
        "entry_id": "entry",
        "code": "360732",
        "area": "360732",
        "body_id": "body",
        "rest": "nothing",
        "name": "vehicles",
        "delivery_id": "delivery",
        "upload_id": "upload",
        "reply_id": "reply",
    },
}


def arguments(name: str, ids: dict[str, Any]) -> dict[str, Any]:
    """What the address of this name takes, with the ids of what was made."""
    given = {**_ARGUMENTS[""], **_ARGUMENTS.get(name.split(":")[0], {}), **_ARGUMENTS.get(name, {})}
    wanted = _parameters(name)
    return {key: ids.get(given[key], given[key]) if isinstance(given[key], str) else given[key] for key in wanted}


def _parameters(name: str) -> list[str]:
    resolver = get_resolver()
    for part in name.split(":")[:-1]:
        resolver = resolver.namespace_dict[part][1]
    (possibility, *_rest), *_others = resolver.reverse_dict.getlist(name.split(":")[-1])
    return list(possibility[0][1])


def _table(text: str) -> list[tuple[str, str, tuple[int, ...]]]:
    rows = [line.split() for line in text.strip().splitlines() if line and not line.startswith("#")]
    return [(name, method, tuple(map(int, statuses))) for name, method, *statuses in rows]


#                                             coun town vill neig outs anon audi syst secu audi insp depa
TABLE = _table("""
set_language                          GET   302  302  302  302  302  302  302  302  302  302  302  302
kernel:gallery                        GET   200  200  200  200  200  302  200  200  200  200  200  200
kernel:runs                           GET   200  200  200  200  200  302  200  200  200  200  200  200
kernel:run                            GET   200  404  404  404  404  302  404  200  404  200  404  404
kernel:run_cancel                     POST  302  403  403  403  403  302  403  302  403  403  403  403
kernel:file                           GET   200  404  404  404  404  302  403  403  403  403  403  403
kernel:acts                           GET   403  403  403  403  403  302  403  403  403  200  403  403
kernel:act                            GET   403  403  403  403  403  302  403  403  403  200  403  403
kernel:readings                       GET   403  403  403  403  403  302  403  403  403  200  403  403
kernel:heads                          GET   200  200  200  200  200  200  200  200  200  200  200  200
territory:areas                       GET   200  200  200  200  403  302  200  200  200  200  200  200
territory:area                        GET   200  200  200  200  403  302  200  200  200  200  200  200
territory:area_export                 GET   200  200  200  200  403  302  200  200  200  200  200  200
organisations:bodies                  GET   200  200  200  200  403  302  200  403  200  403  200  200
organisations:body_new                GET   200  200  403  200  403  302  403  403  403  403  403  403
organisations:body_new                POST  422  422  403  422  403  302  403  403  403  403  403  403
organisations:alerts                  GET   200  200  200  200  403  302  200  403  200  403  200  200
organisations:body_import             GET   200  200  403  200  403  302  403  403  403  403  403  403
organisations:body_import             POST  422  422  403  422  403  302  403  403  403  403  403  403
organisations:body_import_preview     GET   404  404  403  404  403  302  403  403  403  403  403  403
organisations:body_import_preview     POST  404  404  403  404  403  302  403  403  403  403  403  403
organisations:body_export             GET   200  200  200  200  403  302  200  403  200  403  200  200
organisations:body_template           GET   200  200  403  200  403  302  403  403  403  403  403  403
organisations:chain                   GET   200  200  200  404  403  302  200  403  200  403  200  200
organisations:body                    GET   200  200  200  404  403  302  200  403  200  403  200  200
organisations:body_change             GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:body_change             POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:body_close              GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:body_close              POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:post_new                GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:post_new                POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:assign                  GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:assign                  POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:appoint                 GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:appoint                 POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:appointment_end         GET   200  404  403  404  403  302  403  403  403  403  403  403
organisations:appointment_end         POST  422  404  403  404  403  302  403  403  403  403  403  403
organisations:appointment_approve     GET   200  403  403  404  403  302  403  403  403  403  403  200
organisations:appointment_approve     POST  422  403  403  404  403  302  403  403  403  403  403  422
organisations:phone                   GET   200  200  403  404  403  302  200  403  403  403  200  403
organisations:phone                   POST  422  422  403  404  403  302  422  403  403  403  422  403
organisations:assignment_end          GET   200  200  403  404  403  302  403  403  403  403  403  403
organisations:assignment_end          POST  422  422  403  404  403  302  403  403  403  403  403  403
organisations:grid_new                GET   200  200  403  404  403  302  403  403  403  403  403  403
organisations:grid_new                POST  422  422  403  404  403  302  403  403  403  403  403  403
organisations:grid_keeper             GET   200  200  403  404  403  302  403  403  403  403  403  403
organisations:grid_keeper             POST  422  422  403  404  403  302  403  403  403  403  403  403
accounts:sign_in                      GET   302  302  302  302  302  200  302  302  302  302  302  302
accounts:sign_in                      POST  302  302  302  302  302  200  302  302  302  302  302  302
accounts:sign_in_code                 GET   200  200  200  200  200  302  200  200  200  200  200  200
accounts:sign_in_code                 POST  200  200  200  200  200  302  200  200  200  200  200  200
accounts:sign_out                     POST  302  302  302  302  302  302  302  302  302  302  302  302
accounts:account                      GET   200  200  200  200  200  302  200  200  200  200  200  200
accounts:post_choose                  POST  302  302  302  302  302  302  302  302  302  302  302  302
accounts:password                     GET   200  200  200  200  200  302  200  200  200  200  200  200
accounts:password                     POST  200  200  200  200  200  302  200  200  200  200  200  200
accounts:second_factor                GET   200  200  200  200  200  302  200  200  200  200  200  200
accounts:second_factor                POST  200  200  200  200  200  302  200  200  200  200  200  200
accounts:tokens                       GET   200  200  200  200  403  302  200  403  403  403  200  200
accounts:tokens                       POST  200  200  200  200  403  302  200  403  403  403  200  200
accounts:token_revoke                 POST  302  404  404  404  404  302  404  404  404  404  404  404
accounts:users                        GET   403  403  403  403  403  302  403  403  200  403  403  403
accounts:user_create                  GET   403  403  403  403  403  302  403  403  200  403  403  403
accounts:user_create                  POST  403  403  403  403  403  302  403  403  200  403  403  403
accounts:user                         GET   403  403  403  403  403  302  403  403  200  403  403  403
accounts:user                         POST  403  403  403  403  403  302  403  403  422  403  403  403
accounts:role_withdraw                POST  403  403  403  403  403  302  403  403  422  403  403  403
accounts:user_act                     POST  403  403  403  403  403  302  403  403  422  403  403  403
accounts:sign_ins                     GET   403  403  403  403  403  302  403  403  403  200  403  403
rulebook:articles                     GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:article                      GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:duty                         GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:parameters                   GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:measures                     GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:measure                      GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:codes                        GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:code_list                    GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:overlays                     GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:overlay_tighten              GET   200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay_tighten              POST  200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay_add                  GET   200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay_add                  POST  200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay_upload               GET   200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay_upload               POST  200  403  403  200  403  302  403  403  403  403  403  403
rulebook:overlay                      GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:overlay_withdraw             POST  422  403  403  422  403  302  403  403  403  403  403  403
rulebook:interpretations              GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:interpretation_ask           POST  422  422  422  422  403  302  422  403  403  403  422  422
rulebook:interpretation_answer        POST  403  403  403  403  403  302  403  403  403  403  403  403
rulebook:texts                        GET   200  200  200  200  403  302  200  200  403  403  200  200
rulebook:texts                        POST  200  200  200  200  403  302  200  200  403  403  200  200
rulebook:text_changes                 GET   200  200  200  200  403  302  200  200  403  403  200  200
procedures:cases                      GET  200  200  200  200  403  302  200  403  403  403  200  403
procedures:inbox                      GET  200  200  200  200  403  302  200  403  403  403  200  403
procedures:today                      GET  200  200  200  200  403  302  200  403  403  403  200  403
procedures:archives                   GET  200  200  200  200  403  302  200  403  403  403  200  403
procedures:supplement                 GET  422  422  422  404  403  302  403  403  403  403  403  403
procedures:supplement                 POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:cases_export               GET  200  200  403  200  403  302  200  403  403  403  200  403
procedures:ask_notices                GET  422  422  422  422  403  302  403  403  403  403  403  403
procedures:ask_notices                POST 422  422  422  422  403  302  403  403  403  403  403  403
procedures:decide_many                GET  422  422  422  422  403  302  403  403  403  403  403  403
procedures:decide_many                POST 422  422  422  422  403  302  403  403  403  403  403  403
procedures:delegations                GET  200  200  200  200  403  302  403  403  403  403  403  403
procedures:delegations                POST 422  422  422  422  403  302  403  403  403  403  403  403
procedures:delegation_end             GET  200  404  404  404  403  302  403  403  403  403  403  403
procedures:delegation_end             POST 422  404  404  404  403  302  403  403  403  403  403  403
procedures:case_open                  GET  403  403  200  404  403  302  403  403  403  403  403  403
procedures:case_open                  POST 403  403  422  404  403  302  403  403  403  403  403  403
procedures:case                       GET  200  200  200  404  403  302  200  403  403  403  200  403
procedures:case_print                 GET  200  200  200  404  403  302  200  403  403  403  200  403
procedures:case_letter                GET  422  422  422  404  403  302  422  403  403  403  422  403
procedures:decide                     GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:decide                     POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:back                       GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:back                       POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:withdraw                   GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:withdraw                   POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:attach                     GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:attach                     POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:ask_notice                 GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:ask_notice                 POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:object_to                  GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:object_to                  POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:resume                     GET  200  200  403  404  403  302  403  403  403  403  403  403
procedures:resume                     POST 422  422  403  404  403  302  403  403  403  403  403  403
procedures:review                     GET  200  200  200  404  403  302  403  403  403  403  403  403
procedures:review                     POST 422  422  422  404  403  302  403  403  403  403  403  403
procedures:answer_objection           GET  200  200  403  404  403  302  403  403  403  403  403  403
procedures:answer_objection           POST 422  422  403  404  403  302  403  403  403  403  403  403
procedures:definitions                GET  200  200  200  200  403  302  200  200  403  403  200  200
procedures:definition                 GET  200  200  200  200  403  302  200  200  403  403  200  200
disclosure:notices                    GET   200  200  200  200  403  302  200  403  403  403  200  403
disclosure:notices_export             GET   200  200  200  200  403  302  200  403  403  403  200  403
disclosure:due                        GET   200  200  200  200  403  302  200  403  403  403  200  403
disclosure:kinds                      GET   200  200  200  200  403  302  200  403  403  403  200  403
disclosure:notice_start               GET   200  200  200  200  403  302  403  403  403  403  403  403
disclosure:notice_start               POST  422  422  422  422  403  302  403  403  403  403  403  403
disclosure:notice_new                 GET   200  200  200  404  403  302  403  403  403  403  403  403
disclosure:notice_new                 POST  422  422  422  404  403  302  403  403  403  403  403  403
disclosure:notice                     GET   200  200  200  404  403  302  200  403  403  403  200  403
disclosure:notice_change              GET   200  200  200  404  403  302  403  403  403  403  403  403
disclosure:notice_change              POST  422  422  422  404  403  302  403  403  403  403  403  403
disclosure:notice_review              GET   200  200  403  404  403  302  403  403  403  403  403  403
disclosure:notice_review              POST  422  422  403  404  403  302  403  403  403  403  403  403
disclosure:notice_publish             POST  422  422  422  404  403  302  403  403  403  403  403  403
disclosure:notice_print               GET   200  200  200  404  403  302  200  403  403  403  200  403
disclosure:notice_prove               GET   200  200  200  404  403  302  403  403  403  403  403  403
disclosure:notice_prove               POST  422  422  422  404  403  302  403  403  403  403  403  403
disclosure:notice_take_down           GET   200  200  403  404  403  302  403  403  403  403  403  403
disclosure:notice_take_down           POST  422  422  403  404  403  302  403  403  403  403  403  403
disclosure:notice_end                 POST  409  409  409  404  403  302  403  403  403  403  403  403
disclosure:objection_record           GET   200  200  200  404  403  302  403  403  403  403  403  403
disclosure:objection_record           POST  422  422  422  404  403  302  403  403  403  403  403  403
disclosure:objections                 GET   200  200  403  200  403  302  200  403  403  403  200  403
disclosure:objection                  GET   200  200  403  404  403  302  200  403  403  403  200  403
disclosure:objection                  POST  422  422  403  404  403  302  403  403  403  403  403  403
disclosure:objection_reveal           GET   200  200  403  404  403  302  200  403  403  403  403  403
disclosure:objection_reveal           POST  422  422  403  404  403  302  422  403  403  403  403  403
registry:households                   GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:households_export            GET   200  200  403  200  403  302  200  403  403  403  200  403
registry:households_export            POST  422  422  403  422  403  302  422  403  403  403  422  403
registry:exit_list                    GET   403  403  200  403  403  302  403  403  403  403  403  403
registry:exit_list                    POST  403  403  422  403  403  302  403  403  403  403  403  403
registry:application_list             GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:application_new              GET   403  403  200  403  403  302  403  403  403  403  403  403
registry:application_new              POST  403  403  422  403  403  302  403  403  403  403  403  403
registry:application                  GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:application_part             GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_part             POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:application_member           GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_member           POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:application_income           GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_income           POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:application_submit           GET   302  302  302  404  403  302  403  403  403  403  403  403
registry:application_submit           POST  302  302  302  404  403  302  403  403  403  403  403  403
registry:application_end              GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_end              POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:application_member_change    GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_member_change    POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:application_member_drop      GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:application_member_drop      POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:household                    GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:household_history            GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:household_reveal             GET   200  200  200  404  403  302  200  403  403  403  403  403
registry:household_reveal             POST  422  422  422  404  403  302  422  403  403  403  403  403
registry:household_confirm            POST  302  302  302  404  403  302  403  403  403  403  403  403
registry:part_confirm                 POST  302  302  302  404  403  302  403  403  403  403  403  403
registry:person_confirm               POST  302  302  302  404  403  302  403  403  403  403  403  403
registry:paper_new                    GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:paper_new                    POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:change_list                  GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:change_new                   GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:change_new                   POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:change_undo                  GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:change_undo                  POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:household_change             GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:household_change             POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:person_change                GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:person_change                POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:income_change                GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:income_change                POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:income_new                   GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:income_new                   POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:household_prints             GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:kinships                     GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:kinship_new                  GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:kinship_new                  POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:kinship_end                  GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:kinship_end                  POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:income_rolling               GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:income_rolling               POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:household_print              GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:household_print              POST  422  422  422  404  403  302  422  403  403  403  403  403
registry:village_print                GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:village_prints               GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:village_prints               POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:villages                     GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:counties                     GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:counts                       GET   200  200  200  200  403  302  200  403  403  403  200  403
registry:counts_take                  POST  403  403  403  403  403  302  403  403  403  403  403  403
registry:village                      GET   200  200  200  404  403  302  200  403  403  403  200  200
registry:village_change               GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:village_change               POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:county                       GET   200  200  200  404  403  302  200  403  403  403  200  200
registry:quality                      GET   302  302  302  302  403  302  302  403  403  403  302  403
registry:quality_area                 GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:quality_export               GET   200  200  403  404  403  302  200  403  403  403  200  403
registry:quality_exceptions           GET   200  200  200  404  403  302  200  403  403  403  200  403
registry:quality_exceptions_export    GET   200  200  403  404  403  302  200  403  403  403  200  403
registry:quality_explain              GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:quality_explain              POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:quality_revoke               GET   200  200  200  404  403  302  403  403  403  403  403  403
registry:quality_revoke               POST  422  422  422  404  403  302  403  403  403  403  403  403
registry:imports                      GET   200  200  200  200  403  302  403  403  403  403  403  403
registry:import_new                   GET   200  200  200  200  403  302  403  403  403  403  403  403
registry:import_new                   POST  422  422  422  422  403  302  403  403  403  403  403  403
registry:import_template              GET   200  200  200  200  403  302  403  403  403  403  403  403
registry:import                       GET   200  404  404  404  403  302  403  403  403  403  403  403
registry:import_confirm               POST  409  404  404  404  403  302  403  403  403  403  403  403
registry:import_withdraw              POST  409  404  404  404  403  302  403  403  403  403  403  403
exchange:clues                        GET   200  200  200  200  403  302  200  403  403  403  200  403
exchange:clues_export                 GET   200  200  403  200  403  302  200  403  403  403  200  403
exchange:clues_answer                 GET   422  422  422  422  403  302  403  403  403  403  403  403
exchange:clues_answer                 POST  422  422  422  422  403  302  403  403  403  403  403  403
exchange:clues_settle                 POST  422  422  403  422  403  302  403  403  403  403  403  403
exchange:sheet_download               GET   200  200  200  200  403  302  403  403  403  403  403  403
exchange:sheet_print                  GET   200  200  200  200  403  302  403  403  403  403  403  403
exchange:sheet_upload                 GET   200  200  200  200  403  302  403  403  403  403  403  403
exchange:sheet_upload                 POST  422  422  422  422  403  302  403  403  403  403  403  403
exchange:sheet_typed                  GET   422  422  422  422  403  302  403  403  403  403  403  403
exchange:sheet                        GET   404  404  200  404  403  302  403  403  403  403  403  403
exchange:sheet                        POST  404  404  422  404  403  302  403  403  403  403  403  403
exchange:sheet_refused                GET   404  404  200  404  403  302  403  403  403  403  403  403
exchange:figures                      GET   200  200  200  200  403  302  200  403  403  403  200  403
exchange:clue                         GET   200  200  200  404  403  302  200  403  403  403  200  403
exchange:clue_delivered               GET   200  200  200  404  403  302  200  403  403  403  403  403
exchange:clue_delivered               POST  422  422  422  404  403  302  422  403  403  403  403  403
exchange:clue_answer                  GET   200  200  200  404  403  302  403  403  403  403  403  403
exchange:clue_answer                  POST  422  422  422  404  403  302  403  403  403  403  403  403
exchange:clue_settle                  POST  409  409  403  404  403  302  403  403  403  403  403  403
exchange:clue_return                  GET   200  200  403  404  403  302  403  403  403  403  403  403
exchange:clue_return                  POST  422  422  403  404  403  302  403  403  403  403  403  403
exchange:clue_reopen                  GET   200  200  403  404  403  302  403  403  403  403  403  403
exchange:clue_reopen                  POST  422  422  403  404  403  302  403  403  403  403  403  403
exchange:clue_hand_over               GET   200  200  200  404  403  302  403  403  403  403  403  403
exchange:clue_hand_over               POST  422  422  422  404  403  302  403  403  403  403  403  403
exchange:clue_begin                   POST  422  422  422  404  403  302  403  403  403  403  403  403
exchange:sources                      GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:calendar                     GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:board                        GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:destructions                 GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:deliveries                   GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:delivery                     GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:delivery_withdraw            GET   403  403  403  403  403  302  403  403  403  403  403  200
exchange:delivery_withdraw            POST  403  403  403  403  403  302  403  403  403  403  403  422
exchange:delivery_check               POST  403  403  403  403  403  302  403  403  403  403  403  422
exchange:delivery_errors              GET   404  403  403  404  403  302  404  403  403  403  404  404
exchange:replies                      GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:reply                        GET   404  403  403  404  403  302  403  403  403  403  403  200
exchange:reply                        POST  404  403  403  404  403  302  403  403  403  403  403  422
exchange:reply_whom                   GET   404  403  403  404  403  302  403  403  403  403  403  200
exchange:reply_whom                   POST  404  403  403  404  403  302  403  403  403  403  403  422
exchange:matches                      GET   200  403  403  200  403  302  200  403  403  403  200  403
exchange:match                        GET   200  403  403  200  403  302  200  403  403  403  200  403
exchange:match_new                    POST  403  403  403  403  403  302  403  403  403  403  403  403
exchange:source                       GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:contract                     GET   200  403  403  200  403  302  200  403  403  403  200  200
exchange:deliver                      GET   403  403  403  403  403  302  403  403  403  403  403  200
exchange:deliver                      POST  403  403  403  403  403  302  403  403  403  403  403  422
oversight:rounds                      GET   200  403  403  200  403  302  200  403  403  403  200  403
oversight:round_draw                  GET   200  403  403  200  403  302  403  403  403  403  403  403
oversight:round_draw                  POST  422  403  403  422  403  302  403  403  403  403  403  403
oversight:round                       GET   200  403  403  404  403  302  200  403  403  403  200  403
oversight:round_export                GET   200  403  403  404  403  302  200  403  403  403  200  403
oversight:check                       GET   200  403  403  404  403  302  200  403  403  403  200  403
oversight:check                       POST  422  403  403  404  403  302  403  403  403  403  422  403
oversight:check_replace               GET   200  403  403  404  403  302  403  403  403  403  403  403
oversight:check_replace               POST  422  403  403  404  403  302  403  403  403  403  403  403
oversight:findings                    GET   200  200  200  200  403  302  200  403  403  403  200  403
assessment:ledger                     GET   302  302  302  302  403  302  302  403  403  403  302  302
assessment:mine                       GET   200  200  200  302  403  302  200  403  403  403  200  200
assessment:snapshots                  GET   200  200  200  200  403  302  200  403  403  403  200  200
assessment:snapshot                   GET   404  404  404  404  403  302  404  403  403  403  404  404
assessment:differences                GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:differences_export         GET   404  404  404  404  403  302  404  403  403  403  404  403
assessment:turn_back                  GET   422  422  422  422  403  302  422  403  403  403  422  422
assessment:disputes                   GET   200  200  200  200  403  302  200  403  403  403  200  200
assessment:dispute_decide             POST  403  403  403  403  403  302  403  403  403  403  422  403
assessment:body                       GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:duty                       GET   200  200  200  200  404  302  200  403  403  403  200  200
assessment:entry                      GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:dispute_raise              POST  422  404  404  404  403  302  403  403  403  403  403  422
assessment:board                      GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:entries                    GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:export                     GET   200  404  404  404  403  302  200  403  403  403  200  200
assessment:export                     POST  302  404  404  404  403  302  302  403  403  403  302  302
assessment:recompute                  POST  302  302  403  422  403  302  403  403  403  403  403  403
desk:home                             GET   200  200  200  200  200  302  200  200  200  200  200  200
desk:search                           GET   200  200  200  200  200  302  200  200  200  200  200  200
portal:robots                         GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:home                           GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:place                          GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:search                         GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:search                         POST  422  422  422  422  422  422  422  422  422  422  422  422
portal:notice                         GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:objection                      GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:objection                      POST  422  422  422  422  422  422  422  422  422  422  422  422
portal:progress                       GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:progress                       POST  422  422  422  422  422  422  422  422  422  422  422  422
portal:rules                          GET   200  200  200  200  200  200  200  200  200  200  200  200
portal:article                        GET   200  200  200  200  200  200  200  200  200  200  200  200
api:root                              GET   302  302  302  302  302  302  302  302  302  302  302  302
api:docs                              GET   200  200  200  200  200  200  200  200  200  200  200  200
api:openapi                           GET   200  200  200  200  200  200  200  200  200  200  200  200
api:list_divisions                    GET   200  200  200  200  401  401  200  401  401  401  200  200
api:read_division                     GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_bodies                       GET   200  200  200  200  401  401  200  401  401  401  200  200
api:read_body                         GET   200  200  200  404  401  401  200  401  401  401  200  200
api:read_chain                        GET   200  200  200  404  401  401  200  401  401  401  200  200
api:list_articles                     GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_duties                       GET   200  200  200  200  401  401  200  401  401  401  200  200
api:read_duty                         GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_parameters                   GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_measures                     GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_codes                        GET   200  200  200  200  401  401  200  401  401  401  200  200
api:list_notices                      GET   200  200  200  200  401  401  200  401  401  401  200  403
api:read_notice                       GET   200  200  200  404  401  401  200  401  401  401  200  403
api:list_households                   GET   200  200  200  200  401  401  200  401  401  401  200  403
api:read_household                    GET   200  200  200  404  401  401  200  401  401  401  200  403
api:list_sources                      GET   200  403  403  200  401  401  200  401  401  401  200  200
api:read_contract                     GET   200  403  403  200  401  401  200  401  401  401  200  200
api:list_calendar                     GET   200  403  403  200  401  401  200  401  401  401  200  200
api:list_uploads                      GET   200  403  403  200  401  401  403  401  401  401  403  200
api:begin_upload                      POST  400  400  400  400  401  401  400  401  401  401  400  400
api:read_upload                       GET   404  403  403  404  401  401  403  401  401  401  403  200
api:add_piece                         PATCH 411  411  411  411  401  401  411  401  401  401  411  411
api:cancel_upload                     DELETE 404 403  403  404  401  401  403  401  401  401  403  200
api:finish_upload                     POST  404  403  403  404  401  401  403  401  401  401  403  422
api:list_deliveries                   GET   200  403  403  200  401  401  200  401  401  401  200  200
api:read_delivery                     GET   200  403  403  200  401  401  200  401  401  401  200  200
api:read_errors                       GET   404  403  403  404  401  401  404  401  401  401  404  404
api:withdraw                          POST  400  400  400  400  401  401  400  401  401  401  400  400
api:list_replies                      GET   200  403  403  200  401  401  200  401  401  401  200  200
api:answer_reply                      POST  400  400  400  400  401  401  400  401  401  401  400  400
api:identify_reply                    POST  400  400  400  400  401  401  400  401  401  401  400  400
api:list_entries                      GET   200  200  200  200  401  401  200  401  401  401  200  200
api:read_entry                        GET   200  404  404  404  401  401  200  401  401  401  200  200
api:read_evidence                     GET   200  404  404  404  401  401  200  401  401  401  200  200
api:unknown                           GET   404  404  404  404  404  404  404  404  404  404  404  404
""")
