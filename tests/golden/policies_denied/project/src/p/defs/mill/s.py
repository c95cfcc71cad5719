print("woven")
