"""Pages on which an administrator keeps accounts."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from keyuan.accounts import actions, queries
from keyuan.accounts.access import SignedInRequest, staff_page
from keyuan.accounts.forms import NewUserForm, PasswordForm, UserFilterForm, UserForm, tell
from keyuan.accounts.models import User
from keyuan.accounts.roles import Permission
from keyuan.kernel.refusals import Refusal

PAGE = 50


@require_GET
@staff_page(Permission.MANAGE_USERS)
def users(request: SignedInRequest) -> HttpResponse:
    form = UserFilterForm(request.GET, viewer=request.viewer)
    wanted = form.cleaned_data if form.is_valid() else {}
    found = queries.listed_users(
        viewer=request.viewer,
        text=wanted.get("q", ""),
        role=wanted.get("role", ""),
        unit=wanted.get("unit"),
        state=wanted.get("state", ""),
        sort=request.GET.get("sort", ""),
    )
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    return render(request, "accounts/users.html", {"page": page, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MANAGE_USERS)
def new_user(request: SignedInRequest) -> HttpResponse:
    form = NewUserForm(request.POST or None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        try:
            user = actions.create_user(
                form.cleaned_data["username"], form.draft, password=form.cleaned_data["password"], by=request.viewer
            )
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已新建账户“%(name)s”。请当面或电话告知临时密码。") % {"name": user})
            return redirect("accounts:users")
    return render(request, "accounts/user_new.html", {"form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@staff_page(Permission.MANAGE_USERS)
def user(request: SignedInRequest, pk: int) -> HttpResponse:
    account = queries.user(pk, viewer=request.viewer)
    form = UserForm.of(account, viewer=request.viewer)
    if request.method == "POST":
        form = UserForm(request.POST, viewer=request.viewer)
        if form.is_valid():
            try:
                actions.change_user(pk, form.draft, by=request.viewer)
            except Refusal as refusal:
                tell(form, refusal)
            else:
                messages.success(request, _("已保存。"))
                return redirect("accounts:users")
    return _account_page(request, account, form, PasswordForm())


@require_POST
@staff_page(Permission.MANAGE_USERS)
def user_password(request: SignedInRequest, pk: int) -> HttpResponse:
    account = queries.user(pk, viewer=request.viewer)
    form = PasswordForm(request.POST)
    if form.is_valid():
        try:
            actions.set_temporary_password(pk, password=form.cleaned_data["password"], by=request.viewer)
        except Refusal as refusal:
            tell(form, refusal)
        else:
            messages.success(request, _("已设置临时密码，此账户的登录已全部结束。"))
            return redirect("accounts:user", pk=pk)
    return _account_page(request, account, UserForm.of(account, viewer=request.viewer), form)


@require_POST
@staff_page(Permission.MANAGE_USERS)
def user_active(request: SignedInRequest, pk: int) -> HttpResponse:
    active = request.POST.get("active") == "1"
    actions.set_active(pk, active=active, by=request.viewer)
    messages.success(request, _("账户已恢复使用。") if active else _("账户已停用，登录和接口令牌同时失效。"))
    return redirect("accounts:user", pk=pk)


@require_POST
@staff_page(Permission.MANAGE_USERS)
def user_second_factor(request: SignedInRequest, pk: int) -> HttpResponse:
    removed = actions.reset_second_factor(pk, by=request.viewer)
    messages.success(request, _("已移除第二验证方式。") if removed else _("此账户没有第二验证方式。"))
    return redirect("accounts:user", pk=pk)


def _account_page(request: SignedInRequest, account: User, form: UserForm, password_form: PasswordForm) -> HttpResponse:
    known = queries.with_second_factor(queries.users(viewer=request.viewer)).get(pk=account.pk)
    context = {"account": known, "form": form, "password_form": password_form}
    wrong = form.errors or password_form.errors
    return render(request, "accounts/user.html", context, status=422 if wrong else 200)
