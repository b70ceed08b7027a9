"""Errors of SES v2 with their codes and HTTP status."""

from localstack.aws.api import CommonServiceException


class SesError(CommonServiceException):
    def __init__(self, code: str, message: str, status: int = 400):
        super().__init__(code, message, status_code=status, sender_fault=status < 500)


def bad_request(message: str) -> SesError:
    return SesError("BadRequestException", message)


def not_found(message: str) -> SesError:
    return SesError("NotFoundException", message, 404)


def already_exists(message: str) -> SesError:
    return SesError("AlreadyExistsException", message)


def rejected(message: str) -> SesError:
    return SesError("MessageRejected", message)
