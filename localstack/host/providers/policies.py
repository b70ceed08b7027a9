"""Policies of queues, topics and buckets, with their update: all three are put over what was there."""

import json

from host.providers.framework import Provider, name


class QueuePolicy(Provider):
    TYPE = "AWS::SQS::QueuePolicy"
    ID = "Id"

    def add(self, request, model):
        model["Id"] = model.get("Id") or name(request)
        put(request, model["Queues"], json.dumps(model["PolicyDocument"]))

    def change(self, request, model, before):
        put(request, [url for url in before["Queues"] if url not in model["Queues"]], "")
        self.add(request, model)

    def remove(self, request, model):
        put(request, model["Queues"], "")


class TopicPolicy(Provider):
    TYPE = "AWS::SNS::TopicPolicy"
    ID = "Id"

    def add(self, request, model):
        model["Id"] = model.get("Id") or name(request)
        for arn in model["Topics"]:
            request.aws_client_factory.sns.set_topic_attributes(
                TopicArn=arn, AttributeName="Policy", AttributeValue=json.dumps(model["PolicyDocument"])
            )

    def remove(self, request, model):
        """The policy goes with its topic; SNS has no call that takes it away."""


class BucketPolicy(Provider):
    TYPE = "AWS::S3::BucketPolicy"
    ID = "Bucket"
    CREATE_ONLY = ("Bucket",)

    def add(self, request, model):
        policy = json.dumps(model["PolicyDocument"])
        request.aws_client_factory.s3.put_bucket_policy(Bucket=model["Bucket"], Policy=policy)

    def remove(self, request, model):
        request.aws_client_factory.s3.delete_bucket_policy(Bucket=model["Bucket"])


PROVIDERS = (QueuePolicy, TopicPolicy, BucketPolicy)


def put(request, queues: list[str], policy: str) -> None:
    for url in queues:
        request.aws_client_factory.sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": policy})
