"""Sending the mails that were promised."""

from uuid import UUID

from lms.core.jobs.job import GiveUp, Job
from lms.core.jobs.tasks import WorkerContext, task
from lms.core.log import get_logger
from lms.notifications import queries
from lms.notifications.compose import Letter, compose, message_id_of
from lms.notifications.mails import MAILS
from lms.notifications.rendering import render

log = get_logger(__name__)


# A hundred tries take most of a day: a mail server may be down for that long.
@task(queue="emails", kind="send_email", max_tries=100, timeout_seconds=60)
async def send_email(worker: WorkerContext, job: Job) -> None:
    """Send one mail. If a worker is killed between sending and finishing, the mail is sent once
    more with the same Message-ID, so that mail programs can show it once.
    """
    name, address = "", job.args["to_address"]
    if address is None:
        recipient = await queries.get_recipient(worker.db, UUID(job.args["to_user_id"]))
        if recipient is None:
            log.info("nobody to mail any more", job_id=job.id)
            return
        name, address = recipient.full_name, recipient.email
    mail = MAILS.get(job.args["template"])
    if mail is None:
        raise GiveUp(f"there is no mail called {job.args['template']}")
    facts = await mail.facts(worker, **job.args["context"])
    if facts is None:
        log.info("nothing to tell any more", job_id=job.id, template=mail.name)
        return
    rendered = render(worker.settings, mail.name, {**facts, "full_name": name})
    message_id = message_id_of(worker.settings, job.id)
    letter = Letter(message_id=message_id, to_name=name, to_address=address, content=rendered)
    await worker.mailer.send(compose(worker.settings, letter), to=address, message_id=message_id)
