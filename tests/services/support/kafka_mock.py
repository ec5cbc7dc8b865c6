"""A mock cluster of librdkafka: prints its address, and lives until its standard input ends."""

import sys

from confluent_kafka import Producer

producer = Producer({"bootstrap.servers": "", "test.mock.num.brokers": "1"})
for broker in producer.list_topics(timeout=30).brokers.values():
    print(f"127.0.0.1:{broker.port}", flush=True)
sys.stdin.read()
