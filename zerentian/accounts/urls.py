"""Addresses of accounts."""

from django.urls import path

from zerentian.accounts.views import own, signing, users

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-in/code/", signing.sign_in_code, name="sign_in_code"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("account/", own.account, name="account"),
    path("account/post/", own.post_choose, name="post_choose"),
    path("account/password/", own.password, name="password"),
    path("account/second-factor/", signing.second_factor, name="second_factor"),
    path("account/tokens/", own.tokens, name="tokens"),
    path("account/tokens/<int:pk>/revoke/", own.token_revoke, name="token_revoke"),
    path("users/", users.users, name="users"),
    path("users/new/", users.user_create, name="user_create"),
    path("users/<int:pk>/", users.user, name="user"),
    path("users/<int:pk>/roles/<int:grant>/withdraw/", users.role_withdraw, name="role_withdraw"),
    path("users/<int:pk>/<slug:what>/", users.user_act, name="user_act"),
    path("audit/sign-ins/", users.sign_ins, name="sign_ins"),
]
