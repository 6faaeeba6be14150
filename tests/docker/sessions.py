"""The sessions that were recorded from docker and are played again on coursekit, one command a line.

Between two commands whose answers tell times, `sleep` keeps them away from the next whole second.
"""

SESSIONS: dict[str, list[str]] = {
    "images": """
load -i nginx.tar
images
images -q
images -q --no-trunc
images --no-trunc
images --digests
images nginx
images nginx:1
images nope
images --format json
images --format '{{.Repository}}:{{.Tag}}'
images --format 'table {{.Repository}}\\t{{.Size}}'
images --format 'table {{upper .Repository}}: {{.Tag}}'
images --format '{{printf "%s-%s" .ID .Tag}} {{slice .ID 0 4}} {{.ID | len}} {{if eq .Tag "latest"}}yes{{end}}'
images --filter dangling=true
images --filter reference='ng*'
images --filter label=maintainer -q
images --filter nope=1
history nginx
history nginx --no-trunc
history -q nginx
history -q --no-trunc nginx
history -H=false nginx
history --human=false --no-trunc nginx
history --format json nginx
history --format 'table {{.ID}}\\t{{.Size}}' nginx
history nope
tag nginx me/web:1
images
images me/web
tag nginx other
rmi other
rmi me/web
rmi me/web:1
tag nope x
rmi nope
rmi -f nope
rmi nginx
images
load -q -i nginx.tar
inspect -f '{{.Id}} {{.Architecture}} {{.Os}} {{.Size}}' nginx
inspect -f '{{json .Config.Cmd}} {{.Config.Env}} {{.Config.ExposedPorts}}' nginx
inspect -f '{{range .RootFS.Layers}}{{println .}}{{end}}' nginx
inspect -f '{{range $k, $v := .Config.Labels}}{{$k}}={{$v}} {{end}}' nginx
inspect -f '{{index .Config.Entrypoint 0}} {{len .RootFS.Layers}} {{join .Config.Cmd ","}}' nginx
inspect -f '{{.RepoTags}} {{.Created}}' nginx
inspect -f '{{.Nope}}' nginx
inspect nope
inspect --type container nginx
image ls
image history -q nginx
""".strip().splitlines(),
    "containers": """
load -i nginx.tar
ps
create --name keen_feynman nginx
sleep 2.4
ps -a
ps
start keen_feynman
sleep 1.3
ps
ps -a --no-trunc
ps -q
ps -aq --no-trunc
ps -s
ps --format '{{.Names}} {{.Image}} {{.State}}'
ps --format 'table {{.Names}}\\t{{.Command}}'
ps --format '{{.Label "maintainer"}}'
ps --filter name=keen -q
ps -q --format '{{.Names}}'
ps --filter status=exited
ps --filter foo=bar
ps -l
start keen_feynman
rm keen_feynman
rmi nginx
create --name keen_feynman nginx
run -d --name keen_feynman nginx
stop -t 0 keen_feynman
sleep 1.3
ps
ps -a --format '{{.Names}} {{.State}}'
exec keen_feynman ls
exec nope ls
stop keen_feynman
restart -t 0 keen_feynman
sleep 1.3
ps --format '{{.Names}} {{.Status}}'
cp new keen_feynman:/etc/new
cp new keen_feynman:/etc/nginx/nginx.conf
cp new keen_feynman:/nodir/new
cp keen_feynman:/etc/os-release out
cp keen_feynman:/nope out
cp keen_feynman:/etc/new nodir/out
cp nope:/etc/new out
cp missing keen_feynman:/etc
cp a b
cp keen_feynman:/a keen_feynman:/b
diff keen_feynman
diff nope
commit keen_feynman BAD
commit -c 'RUN x' keen_feynman
export nope
commit nope x
start nope
stop nope
restart nope
rm nope
rm -f nope
rmi nope
rm -f keen_feynman
ps -a
rmi nginx
""".strip().splitlines(),
    "exits": """
load -i nginx.tar
run --name true_one --entrypoint /bin/true nginx
run --name false_one --entrypoint /bin/false nginx
sleep 1.3
ps -a --filter name=true --format 'table {{.Names}}\\t{{.Command}}\\t{{.State}}\\t{{.Image}}'
ps -a --filter name=false --format 'table {{.Names}}\\t{{.Status}}'
ps -a --filter exited=1 --format '{{.Names}}'
run --rm --entrypoint /bin/true nginx
run --name bad/name nginx
system df
rm true_one nope false_one
create --name second nginx
system df
system df --format '{{.Type}}: {{.TotalCount}}, {{.Active}} active'
rmi nginx
rm second
rmi nginx
system df
""".strip().splitlines(),
    "wrong": """
load -i nope.tar
load -i garbage.tar
load -i truncated.tar
save nope
save -o nodir/x.tar nope
history
exec web
exec
diff
rm
ps x
ps --nope
ps --filter nope
ps -n x
run --nope nginx
run -y
create
inspect
tag a
nope
images a b
""".strip().splitlines(),
}
