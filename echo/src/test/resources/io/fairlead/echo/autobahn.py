# Runs the suite's fuzzing client: host, port, report directory, comma-separated cases to leave out.
import sys

# Within Jython, what lies on the Java class path.
sys.path.insert(0, '__pyclasspath__/')
from autobahntestsuite import wstest

host, port, reports, excluded = sys.argv[1:5]
wstest.start({'mode': 'fuzzingclient', 'debug': False}, {
    'failByDrop': False,
    'outdir': reports,
    'servers': [{
        'agent': 'echo',
        'url': 'ws://%s:%s' % (host, port),
        'options': {'version': 18},
    }],
    'cases': ['*'],
    'exclude-cases': excluded.split(','),
    'exclude-agent-cases': {},
})
