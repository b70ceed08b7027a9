"""CloudFormation resource types that community LocalStack lacks, or has without their update or some of their properties.

Each calls the emulator's own API, as CloudFormation calls that of AWS; `registry.py` lists them.
"""
