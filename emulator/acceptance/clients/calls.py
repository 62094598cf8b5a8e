"""What a script with PyGithub asks: one JSON line a call, {"call", "ok", "why"}.

python calls.py URL TOKEN OWNER/REPO
"""

import json
import sys

from github import Auth, Github

url, token, name = sys.argv[1:]
hub = Github(base_url=url, auth=Auth.Token(token), retry=None, per_page=2)
repository = hub.get_repo(name)


def report(call, work):
    try:
        ok, why = bool(work()), "another answer"
    except Exception as error:  # each call stands alone
        ok, why = False, repr(error)
    print(json.dumps({"call": call, "ok": ok, **({} if ok else {"why": why[-500:]})}), flush=True)


def issues():
    made = [repository.create_issue(title=f"Idea {n}", body="Why?") for n in range(3)]
    made[0].create_comment("Because.")
    found = repository.get_issues(state="all")
    return found.totalCount >= 3 and len(list(found)) == found.totalCount and made[0].get_comments().totalCount == 1


def reversed_pages():
    found = [issue.number for issue in repository.get_issues(state="all")]
    return found == [issue.number for issue in repository.get_issues(state="all").reversed][::-1]


def runs():
    found = list(repository.get_workflow_runs())
    return [job.conclusion for job in found[0].jobs()] == ["success"] and found[0].get_artifacts().totalCount == 1


def pull():
    found = repository.get_pull(1)
    checks = repository.get_commit(found.head.sha).get_check_runs()
    return found.get_files()[0].filename == "train/train.py" and checks[0].name == "descent"


report("user", lambda: hub.get_user().login == "nova")
report("repository", lambda: repository.default_branch == "main" and repository.has_issues)
report("contents", lambda: b"BATCH" in repository.get_contents("train/train.py").decoded_content)
report("readme", lambda: repository.get_readme().path == "README.md")
report("branches", lambda: "main" in [branch.name for branch in repository.get_branches()])
report("commits", lambda: repository.get_commits()[0].commit.message.startswith("Begin"))
report("fork", lambda: "nova/descent" in [fork.full_name for fork in repository.get_forks()])
report("issues, pages, comments", issues)
report("pages from the last", reversed_pages)
report("pull request, files, checks", pull)
report("reviews", lambda: list(repository.get_pull(1).get_reviews()) == [])
report("events", lambda: list(repository.get_events()) != [])
report("timeline", lambda: list(repository.get_issue(1).get_timeline()) != [])
report("status", lambda: repository.get_commit("main").get_combined_status().total_count == 0)
report("workflows", lambda: [workflow.name for workflow in repository.get_workflows()] == ["experiment"])
report("runs, jobs, artifacts", runs)
report("search", lambda: hub.search_issues(f"repo:{name} is:pr").totalCount == 1)
report("rate limit", lambda: hub.get_rate_limit().rate.limit > 0)
