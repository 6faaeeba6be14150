import json
from pathlib import Path
CELLS = ["import coursekit as ck\no=ck.Image.open", "ck.scenes.boot()", "ck.scenes.rootfs_on_bootfs()", "ck.scenes.union_picture()",
 "ck.scenes.image_graph(o('teach/app:1'), o('teach/other:1'))", "ck.scenes.pull(o('nginx:1.21.3'))",
 "merged = ck.Overlay(lowerdir=[{'/app/main.js':'main','/app/lib.js':'2'},{'/etc/hosts':'base','/app/old.js':'x','/app/lib.js':'1'}])\nmerged.chmod('/etc/hosts',0o600); merged.unlink('/app/old.js'); merged.rename('/app/main.js','/app/start.js'); merged.listdir('/app')\nmerged.rmtree('/app'); merged.mkdir('/app'); merged.write_text('/app/new','x')\nmerged.show()",
 "web=ck.run(o('debian-nginx:bullseye'),name='web')\nweb.exec('cat /etc/motd; echo hi >> /etc/motd; rm /etc/nginx/nginx.conf; ls /etc/nginx; mkdir /srv/x; mv /etc/motd /srv/x/m; rm -r /etc/apt; mkdir /etc/apt; echo a > /etc/apt/n; ls /etc/apt')\nweb.show()",
 "ck.scenes.copy_up(web,'/usr/sbin/nginx')",
]
def test_look(lab, open_notebook):
    nb={"cells":[{"id":f"c{i}","cell_type":"code","source":c,"metadata":{},"outputs":[],"execution_count":None} for i,c in enumerate(CELLS)],"metadata":{"kernelspec":{"name":"python3","display_name":"Python 3"}},"nbformat":4,"nbformat_minor":5}
    (lab.folder/"look.ipynb").write_text(json.dumps(nb))
    for theme in ("JupyterLab Light","JupyterLab Dark","JupyterLab Dark High Contrast"):
        opened=open_notebook("look.ipynb",theme=theme,height=6500)
        opened.run_all()
        opened.page.locator(".ck-player").nth(7-1).wait_for(timeout=60000)
        opened.page.wait_for_timeout(1500)
        Path("/tmp/shots").mkdir(exist_ok=True)
        opened.page.screenshot(path=f"/tmp/shots/lab-{theme.split()[-1]}.png")
        print(opened.outside)
