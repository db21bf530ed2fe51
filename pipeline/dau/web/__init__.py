"""What `dau serve` serves: the HTTP API under /api/v1, the data explorer at /data, the desk for reviewers at /.

`app`        puts it together: `create_app(archive, settings)`
`context`    what the requests share: archive, catalogue of its documents, index, sessions, jobs
`catalogue`  the documents that count now, from the manifest, also while a run writes it
`security`   who may what: token, sessions, Host, Origin; headers; limits on size and time (middleware)
`depends`    the same for endpoints: the context, the index, the user, a document by its id
`problems`   errors as problem details (RFC 9457), without paths or tracebacks
`api`        the endpoints, one module a subject
`follow`     the index kept after the archive; `linking`: the relations after the index, in a process of their own
`jobs`       uploads converted in a process of their own
`children`   how such processes begin, and end with the server
`desk`       the pages
"""
