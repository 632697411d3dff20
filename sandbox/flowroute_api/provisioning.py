"""Message Provision v2.0: the jobs that switch texting on a number on and off."""

from dataclasses import dataclass
from uuid import uuid4

from .api import Api
from .errors import invalid_fields, not_found
from .state import Json, ProvisionTask
from .wire import ApiRequest, Reply, callback_url, number_digits
from .world import World


@dataclass(frozen=True)
class Provisioning:
    world: World

    def register(self, api: Api) -> None:
        api.add("POST", "/v2/message-provision", self.create)
        api.add("GET", "/v2/message-provision/status/<task_id>", self.status)

    def create(self, request: ApiRequest) -> Reply:
        """One number answers for itself; several answer as a bulk job, where foreign numbers fail."""
        wanted = request.attributes_or_compact()
        listed = wanted.get("numbers")
        if not isinstance(listed, list) or not listed:
            raise invalid_fields({"numbers": ["Missing data for required field."]})
        if wanted.get("action") not in ("enable", "disable"):
            raise invalid_fields({"action": ["Must be one of: enable, disable."]})
        numbers = [number_digits(number) or str(number) for number in listed]
        if len(numbers) == 1 and numbers[0] not in self.world.account.numbers:
            raise not_found()
        task = self.begin(numbers, enable=wanted["action"] == "enable", callback_url=callback_url(wanted))
        return Reply(201, {"data": task_object(task)})

    def status(self, _request: ApiRequest, task_id: str) -> Reply:
        task = self.world.account.provision_tasks.get(task_id)
        if task is None:
            raise not_found()
        return Reply(200, {"data": task_object(task)})

    def begin(self, numbers: list[str], *, enable: bool, callback_url: str | None) -> ProvisionTask:
        """Start a job; it ends after the time set for provisioning, or at once with the fault for it on."""
        owned = self.world.account.numbers
        mine = [number for number in numbers if number in owned]
        foreign = [number for number in numbers if number not in owned]
        task = ProvisionTask(str(uuid4()), enable, mine, failed=foreign, callback_url=callback_url)
        self.world.account.provision_tasks[task.id] = task
        if self.world.faults.messaging_fails and enable:
            task.failed, task.processing = [*foreign, *mine], []
        else:
            self.world.schedule.after(self.world.pace.provisioning_s, lambda: self._finish(task))
        return task

    def _finish(self, task: ProvisionTask) -> None:
        with self.world.change() as account:
            for number in task.processing:
                owned = account.numbers.get(number)
                if owned is None:  # released meanwhile
                    task.failed.append(number)
                else:
                    owned.messaging_enabled = task.enable
                    task.successful.append(number)
            task.processing = []
            attributes = task_object(task)["attributes"]
            self.world.notify(
                task.callback_url,
                "message_provisioning_status",
                {
                    "id": task.id,
                    "resource_id": task.id,
                    "resource_type": "message-provision",
                    "message": f"Message provisioning is {task.status}.",
                    **attributes,
                    "status": task.status,
                },
            )


def task_object(task: ProvisionTask) -> Json:
    """A job on one number, or on several; both carry the same type."""
    numbers = [*task.processing, *task.successful, *task.failed]
    lists = {"successful": task.successful, "processing": task.processing, "failed": task.failed}
    attributes: Json = (
        {"status": task.status, "tn": numbers[0]}
        if len(numbers) == 1
        else {"status": task.status, "message": "", "numbers": {name: [*tns] for name, tns in lists.items()}}
    )
    return {"attributes": attributes, "id": task.id, "type": "message_provisioning_status"}
