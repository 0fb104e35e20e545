"""Accounts: they exist, can be renamed, and take their properties with them into the trash."""

from __future__ import annotations

from typing import Any

from google.analytics import admin_v1alpha
from google.protobuf.empty_pb2 import Empty

from milepost.emulator.admin.history import record_changes
from milepost.emulator.admin.kind import OUTPUT, Field, Kind, Text, copy_of
from milepost.emulator.admin.kinds.properties import is_trashed, trash_property
from milepost.emulator.admin.names import check_name, name_pattern
from milepost.emulator.admin.resources import Resources
from milepost.emulator.admin.words import REGION_CODE
from milepost.emulator.rpc import Call
from milepost.emulator.store import Record

_ACCOUNT = name_pattern(("accounts",))

ACCOUNT = Kind(
    message=admin_v1alpha.Account,
    plural="Accounts",
    collection="accounts",
    parent=(),
    verbs=("Get", "List", "Update", "Delete"),
    fields={
        "name": OUTPUT,
        "create_time": OUTPUT,
        "update_time": OUTPUT,
        "deleted": OUTPUT,
        "gmp_organization": OUTPUT,
        "display_name": Field(required=True),
        "region_code": Field(text=Text(3, REGION_CODE)),
    },
)


class Accounts(Resources):
    """Accounts, where they differ from what is listed by parent and deleted for good."""

    def list(self, request: Any, call: Call) -> Any:
        """One page of the accounts; those in the trash only when asked for."""
        with self.store.reading():
            records = [
                (name, record)
                for name, record in self.store.children("", "accounts")
                if request.show_deleted or not record.message.deleted
            ]
            return self.page_of(records, request, call)

    def delete(self, request: Any, call: Call) -> Any:
        """Nothing; the account and all its properties are in the trash. One history event tells of all.

        Raises:
            RpcError: FAILED_PRECONDITION when it is there already.
        """
        with self.store.transaction():
            before = self.writable_root(request.name)
            check_name(request.name, _ACCOUNT, "name")
            moment = self.environment.clock.now()
            after = copy_of(before)
            after.deleted = True
            record = self.require(request.name)
            self.store.put(request.name, Record(admin_v1alpha.Account.wrap(after), record.created, moment))
            properties = [
                (name, trash_property(self.store, name, moment)[0], None)
                for name, child in self.store.children("", "properties")
                if child.message.account == request.name and not is_trashed(child.message)
            ]
            record_changes(self.store, call.actor, moment, [(request.name, before, None), *properties])
            return Empty()


class AccountSummaries(Resources):
    """What a caller can reach: accounts, and below each its properties. Nothing in the trash."""

    def list(self, request: Any, call: Call) -> Any:
        """One page of summaries, in the order the accounts were made."""
        with self.store.reading():
            records = [
                (name, Record(self._summary(record.message), record.created, record.updated))
                for name, record in self.store.children("", "accounts")
                if not record.message.deleted
            ]
            return self.page_of(records, request, call)

    def _summary(self, account: Any) -> Any:
        return admin_v1alpha.AccountSummary(
            name=f"accountSummaries/{account.name.rpartition('/')[2]}",
            account=account.name,
            display_name=account.display_name,
            property_summaries=[
                admin_v1alpha.PropertySummary(
                    property=name,
                    display_name=record.message.display_name,
                    property_type=record.message.property_type,
                    parent=record.message.parent,
                    can_edit=True,
                )
                for name, record in self.store.children("", "properties")
                if record.message.account == account.name and not is_trashed(record.message)
            ],
        )


ACCOUNT_SUMMARY = Kind(
    message=admin_v1alpha.AccountSummary,
    plural="AccountSummaries",
    collection="accountSummaries",
    parent=(),
    verbs=("List",),
)
