"""Starts DynamoDB Local from the jars of Maven Central.

LocalStack would start the zip that AWS publishes, with an agent of its own that patches it; the jars need a class path.
"""

import glob


def install() -> None:
    from localstack.services.dynamodb.server import DynamodbServer

    DynamodbServer._create_shell_command = command


def command(server) -> list[str]:
    """The command line of a DynamodbServer of LocalStack. One small heap, no tiered compiler: it starts in 3 s."""
    lib = server.library_path
    words = [
        "java",
        f"-Xmx{server.heap_size}",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        f"-Djava.library.path={lib}",
        "-cp",
        ":".join(sorted(glob.glob(f"{lib}/*.jar"))),
        "software.amazon.dynamodb.services.local.main.ServerRunner",
        "-port",
        str(server.port),
    ]
    words += ["-dbPath", server.db_path] if server.db_path else ["-inMemory"]
    return words + (["-sharedDb"] if server.share_db else [])
