"""Two people at once: one procedure is begun, the other is told which one runs."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from monitor.adapters.store.store import SqlStore, SqlTx
from monitor.domain.procedure import Procedure, ProcedureKind
from monitor.services.application import Application
from monitor.services.casework import Casework
from monitor.services.catalogue import Catalogue
from monitor.services.procedures import Procedures
from monitor.services.rescans import RequestError
from tests.builders import MONDAY, member
from tests.contract.services_world import CADENCES, JUDGES, MARK, OFFICE, SHOP, Weekdays
from tests.contract.test_services_procedures import applicant


def test_of_two_applications_begun_at_once_one_is_refused_with_the_number_of_the_other(
    store: SqlStore, store_url: str
) -> None:
    catalogue = Catalogue({MARK.label_id: MARK}, JUDGES, CADENCES, Weekdays())
    desk = Procedures(Application(catalogue, Casework(catalogue, OFFICE)).casework)
    store.transact(lambda tx: tx.put_members([member()]))
    store.transact(lambda tx: tx.put_sites([applicant()]))
    begun, kind = threading.Event(), ProcedureKind.APPLICATION

    def begin(tx: SqlTx) -> Procedure:
        site = tx.site(SHOP)
        assert site is not None
        return desk.open(tx, kind, site, "mark", "ann", MONDAY)

    def slowly(tx: SqlTx) -> Procedure:
        made = begin(tx)
        begun.set()
        time.sleep(0.3)
        return made

    other = SqlStore(store_url, facts_types={})
    try:
        with ThreadPoolExecutor(1) as threads:
            running = threads.submit(store.transact, slowly)
            assert begun.wait(5)
            with pytest.raises(RequestError, match="has a running application already: KP-2026"):
                other.transact(begin)
            made = running.result(5)
        assert [p.procedure_id for p in other.transact(lambda tx: tx.procedures())] == [
            made.procedure_id
        ]
    finally:
        other.close()
