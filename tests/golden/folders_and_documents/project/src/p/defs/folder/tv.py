from treadle import template_var


@template_var
def shared():
    return "from_folder"


@template_var
def unused():
    raise RuntimeError("nobody asks for me")
