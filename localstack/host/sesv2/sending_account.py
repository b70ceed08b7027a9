"""GetAccount: sandbox or production, quota, rate; what `senda doctor` reads."""

from datetime import timedelta

from localstack.aws.api import handler

from host.sesv2 import state


class SendingAccount:
    """Operations on the account, a part of service.SesV2."""

    @handler("GetAccount", expand=False)
    def get_account(self, context, request):
        account = state.of(context)
        settings, since = account.settings, state.now() - timedelta(hours=24)
        return {
            "DedicatedIpAutoWarmupEnabled": False,
            "EnforcementStatus": settings.EnforcementStatus,
            "ProductionAccessEnabled": settings.ProductionAccessEnabled,
            "SendQuota": {
                "Max24HourSend": settings.Max24HourSend,
                "MaxSendRate": settings.MaxSendRate,
                "SentLast24Hours": float(sum(len(m.addresses) for m in account.messages.values() if m.at >= since)),
            },
            "SendingEnabled": settings.SendingEnabled,
            "SuppressionAttributes": {"SuppressedReasons": settings.SuppressedReasons},
        }

    @handler("PutAccountSendingAttributes", expand=False)
    def put_account_sending_attributes(self, context, request):
        state.of(context).settings.SendingEnabled = bool(request.get("SendingEnabled"))
        return {}
