"""AWS::DynamoDB::Table and AWS::S3::Bucket: LocalStack's own providers, and then the properties that they leave out."""

from localstack.services.cloudformation.resource_provider import OperationStatus, ProgressEvent
from localstack.services.dynamodb.resource_providers.aws_dynamodb_table import DynamoDBTableProvider
from localstack.services.s3.resource_providers.aws_s3_bucket import S3BucketProvider


class Table(DynamoDBTableProvider):
    CHANGEABLE = {"DeletionProtectionEnabled", "PointInTimeRecoverySpecification", "Tags"}
    """What an update can change here; of keys and indexes it cannot."""
    ATTRIBUTES = ("Arn", "StreamArn", "TableName")

    def create(self, request):
        event = super().create(request)
        if event.status == OperationStatus.SUCCESS:
            self.complete(request, event.resource_model)
        return event

    def update(self, request):
        before, model = request.previous_state, request.desired_state
        names = (set(before) | set(model)) - set(self.ATTRIBUTES)
        if other := {name for name in names if before.get(name) != model.get(name)} - self.CHANGEABLE:
            raise NotImplementedError(f"in {', '.join(sorted(other))}")
        model |= {name: before[name] for name in self.ATTRIBUTES if name in before}
        self.complete(request, model)
        if tags := model.get("Tags"):
            request.aws_client_factory.dynamodb.tag_resource(ResourceArn=model["Arn"], Tags=tags)
        return ProgressEvent(status=OperationStatus.SUCCESS, resource_model=model)

    @staticmethod
    def complete(request, model: dict) -> None:
        tables, name = request.aws_client_factory.dynamodb, model["TableName"]
        if recovery := model.get("PointInTimeRecoverySpecification"):
            tables.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
        if (protected := model.get("DeletionProtectionEnabled")) is not None:
            tables.update_table(TableName=name, DeletionProtectionEnabled=protected)


class Bucket(S3BucketProvider):
    def create(self, request):
        event = super().create(request)
        if event.status == OperationStatus.SUCCESS:
            self.complete(request.aws_client_factory.s3, event.resource_model)
        return event

    @staticmethod
    def complete(s3, model: dict) -> None:
        name = model["BucketName"]
        if encryption := model.get("BucketEncryption"):
            rules = [
                {
                    "ApplyServerSideEncryptionByDefault": rule["ServerSideEncryptionByDefault"],
                    "BucketKeyEnabled": rule.get("BucketKeyEnabled", False),
                }
                for rule in encryption["ServerSideEncryptionConfiguration"]
            ]
            s3.put_bucket_encryption(Bucket=name, ServerSideEncryptionConfiguration={"Rules": rules})
        if ownership := model.get("OwnershipControls"):
            s3.put_bucket_ownership_controls(Bucket=name, OwnershipControls=ownership)
        if public := model.get("PublicAccessBlockConfiguration"):
            s3.put_public_access_block(Bucket=name, PublicAccessBlockConfiguration=public)


PROVIDERS = (Table, Bucket)
