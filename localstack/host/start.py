"""Runs LocalStack on this machine, without Docker, with Senda's additions: `python -m host.start` (up.sh does)."""

from host import environment

environment.apply()

from host import python311  # noqa: E402  (LocalStack reads the environment when it is imported)

python311.patch()


def main() -> None:
    from host import additions

    additions.install(in_container=False)
    from localstack.runtime.main import main as run

    run()


if __name__ == "__main__":
    main()
