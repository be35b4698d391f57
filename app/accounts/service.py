"""Every command of this room, in one place to look; each is told in the module it comes from."""

from app.accounts.flows import CodeAnswer, FlowOver, forget_old_flows
from app.accounts.grants import (
    AlreadyHeld,
    BarNumberTaken,
    GrantRole,
    approve_advocate,
    disable_person,
    enable_person,
    end_role,
    grant_role,
    refuse_advocate,
    remove_second_factor,
)
from app.accounts.importing import ImportPerson, import_person
from app.accounts.profile import (
    ChangePassword,
    SaveProfile,
    apply_as_advocate,
    begin_contact,
    change_password,
    check_password,
    prove_new_contact,
    save_profile,
)
from app.accounts.recovery import ResetPassword, begin_reset, finish_reset
from app.accounts.registration import (
    ContactTaken,
    PasswordRefused,
    Register,
    begin_registration,
    finish_registration,
    prove_contact,
    send_another_code,
)
from app.accounts.sessions import NewSession, end_other_sessions, end_session, forget_old_sessions, touch
from app.accounts.sign_in import SecondFactorDue, SignIn, second_factor, sign_in

__all__ = [
    "AlreadyHeld",
    "BarNumberTaken",
    "ChangePassword",
    "CodeAnswer",
    "ContactTaken",
    "FlowOver",
    "GrantRole",
    "ImportPerson",
    "NewSession",
    "PasswordRefused",
    "Register",
    "ResetPassword",
    "SaveProfile",
    "SecondFactorDue",
    "SignIn",
    "apply_as_advocate",
    "approve_advocate",
    "begin_contact",
    "begin_registration",
    "begin_reset",
    "change_password",
    "check_password",
    "disable_person",
    "enable_person",
    "end_other_sessions",
    "end_role",
    "end_session",
    "finish_registration",
    "finish_reset",
    "forget_old_flows",
    "forget_old_sessions",
    "grant_role",
    "import_person",
    "prove_contact",
    "prove_new_contact",
    "refuse_advocate",
    "remove_second_factor",
    "save_profile",
    "second_factor",
    "send_another_code",
    "sign_in",
    "touch",
]
